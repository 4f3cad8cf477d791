
static const unsigned char actions[] = {
};

c1();
 yes();
 inner();
