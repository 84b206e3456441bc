// A library that wants a C library newer than any: gcc links it against libc.so.6 built of this file with -DLIBC, whose
// version script names GLIBC_2.99.
int of_the_future(void)
#ifdef LIBC
{ return 1; }
#else
;
const char* TfLiteVersion(void) { return of_the_future() ? "3" : "4"; }
#endif
