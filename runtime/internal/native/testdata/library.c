// A stand-in for TensorFlow Lite's C library: it exports what newer versions do and 2.9.0 does not, so that tests can see
// signature runners and cancellation at work. Whatever the model, its main graph computes x+x of four floats, and its
// signature "square" x*x. An x that begins with -1 makes Invoke wait until it is cancelled.
//
// Without INVOKE it lacks a function that edged cannot do without; without RUNNERS it has no signature runners.
//
// It takes no header of the C library, and is linked with -nostdlib: so a cross compiler alone builds it.
#include <stdatomic.h>
#include <stddef.h>

void* calloc(size_t n, size_t size);
void free(void* p);
int strcmp(const char* a, const char* b);
int usleep(unsigned microseconds);

#define API __attribute__((visibility("default")))

enum { kOk = 0, kError = 1, kCancelled = 8, kFloat32 = 1, kValues = 4 };

struct tensor { float data[kValues]; };
struct interpreter { struct tensor in, out; atomic_int cancelled; };

API const char* TfLiteVersion(void) { return "2.17.0-standin"; }

API void* TfLiteModelCreate(const void* data, size_t size) { return calloc(1, 1); }
API void TfLiteModelDelete(void* model) { free(model); }

API void* TfLiteInterpreterOptionsCreate(void) { return calloc(1, 1); }
API void TfLiteInterpreterOptionsDelete(void* options) { free(options); }
API void TfLiteInterpreterOptionsSetNumThreads(void* options, int n) {}
API void TfLiteInterpreterOptionsAddDelegate(void* options, void* delegate) {}
API int TfLiteInterpreterOptionsEnableCancellation(void* options, _Bool yes) { return kOk; }

API void* TfLiteInterpreterCreate(const void* model, const void* options) { return calloc(1, sizeof(struct interpreter)); }
API void TfLiteInterpreterDelete(void* interpreter) { free(interpreter); }
API int TfLiteInterpreterGetInputTensorCount(const void* interpreter) { return 1; }
API int TfLiteInterpreterGetOutputTensorCount(const void* interpreter) { return 1; }
API void* TfLiteInterpreterGetInputTensor(struct interpreter* in, int i) { return &in->in; }
API const void* TfLiteInterpreterGetOutputTensor(struct interpreter* in, int i) { return &in->out; }
API int TfLiteInterpreterResizeInputTensor(void* interpreter, int i, const int* dims, int n) { return kOk; }
API int TfLiteInterpreterAllocateTensors(void* interpreter) { return kOk; }

static int compute(struct interpreter* in, int square) {
  if (in->in.data[0] == -1) {
    while (!atomic_exchange(&in->cancelled, 0)) usleep(1000);
    return kCancelled;
  }
  for (int i = 0; i < kValues; i++) in->out.data[i] = square ? in->in.data[i] * in->in.data[i] : in->in.data[i] + in->in.data[i];
  return kOk;
}

#ifdef INVOKE
API int TfLiteInterpreterInvoke(struct interpreter* in) { return compute(in, 0); }
#endif

API int TfLiteInterpreterCancel(struct interpreter* in) { return atomic_store(&in->cancelled, 1), kOk; }

API int TfLiteTensorType(const void* tensor) { return kFloat32; }
API int TfLiteTensorNumDims(const void* tensor) { return 2; }
API int TfLiteTensorDim(const void* tensor, int i) { return i == 0 ? 1 : kValues; }
API size_t TfLiteTensorByteSize(const void* tensor) { return sizeof(struct tensor); }
API void* TfLiteTensorData(struct tensor* tensor) { return tensor; }

#ifdef RUNNERS
struct runner { struct interpreter* in; };

API void* TfLiteInterpreterGetSignatureRunner(struct interpreter* in, const char* key) {
  if (strcmp(key, "square") != 0) return NULL;
  struct runner* r = calloc(1, sizeof *r);
  r->in = in;
  return r;
}
API void TfLiteSignatureRunnerDelete(struct runner* r) { free(r); }
API int TfLiteSignatureRunnerResizeInputTensor(struct runner* r, const char* name, const int* dims, int n) {
  return strcmp(name, "side") == 0 ? kOk : kError;
}
API int TfLiteSignatureRunnerAllocateTensors(struct runner* r) { return kOk; }
API void* TfLiteSignatureRunnerGetInputTensor(struct runner* r, const char* name) { return strcmp(name, "side") == 0 ? &r->in->in : NULL; }
API const void* TfLiteSignatureRunnerGetOutputTensor(struct runner* r, const char* name) {
  return strcmp(name, "area") == 0 ? &r->in->out : NULL;
}
API int TfLiteSignatureRunnerInvoke(struct runner* r) { return compute(r->in, 1); }
API int TfLiteSignatureRunnerCancel(struct runner* r) { return atomic_store(&r->in->cancelled, 1), kOk; }
#endif
