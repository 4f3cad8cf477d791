/* Other names for the functions, so that two engines fit in one program. */
#define dasm_init x64_init
#define dasm_free x64_free
#define dasm_setupglobal x64_setupglobal
#define dasm_growpc x64_growpc
#define dasm_setup x64_setup
#define dasm_put x64_put
#define dasm_link x64_link
#define dasm_encode x64_encode
#define dasm_getpclabel x64_getpclabel
#define HOST dasm_State *state, **Dst = &state
