#include <stddef.h>
#include <string.h>

int emit_x64(void *buffer, size_t *size, int n);
int emit_x86(void *buffer, size_t *size, int n);

int main(void)
{
  static const unsigned char x64[] = { 0x48, 0x83, 0xc0, 0x05, 0x50, 0xc3 };
  unsigned char code[16];
  size_t size;
  if (emit_x64(code, &size, 5) != 0 || size != 6 || memcmp(code, x64, 6) != 0)
    return 1;
  if (emit_x86(code, &size, 5) != 0 || size != 5 || memcmp(code, x64 + 1, 5) != 0)
    return 1;
  return 0;
}
