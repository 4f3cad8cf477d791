
static const unsigned char actions[] = {
};

int x;
  dasm_put(Dst, N, n);
int y;
