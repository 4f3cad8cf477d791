/* dasm_put() in a macro of its name. */
#define DASM_FDEF extern
#define DASM_CHECKS
#define SHAPE_BEFORE static int puts_done;
#define SHAPE_COUNT puts_done
#define HOST struct dasm_State *state, **Dst = &state
#define SHAPE_CHECK (puts_done > 3)
