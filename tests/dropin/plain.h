/* No macros at all: the functions are those of libdasm. */
#define HOST dasm_State *state, **Dst = &state
