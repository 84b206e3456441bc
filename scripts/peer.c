// peer: times a model on TensorFlow Lite's own C library, for scripts/bench-ratio.
//
//   gcc -O2 -o peer scripts/peer.c -ldl
//   peer LIBRARY MODEL xnnpack|plain THREADS SECONDS
//
// prints {"version", "runs", "min_ms", "median_ms", "delegated"}, of inferences for so many seconds, after two that do not
// count. Inputs are noise from a fixed seed. XNNPACK is told to take int8 and uint8 operators, which it does not by itself; the
// exit status is 1 if it takes none. The library is loaded when the program runs, and no header is needed.
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct { int size, data[]; } IntArray;
typedef struct Context Context;
typedef struct Delegate Delegate;

// The heads of TfLiteContext and TfLiteDelegate (core/c/common.h), to count the operators that a delegate takes.
struct Context {
  size_t tensors_size;
  int (*execution_plan)(Context *, IntArray **);
};
struct Delegate {
  void *data;
  int (*prepare)(Context *, Delegate *);
};

// The head of TfLiteXNNPackDelegateOptions, as in TensorFlow Lite 2.7 to 2.18; the rest is 0.
typedef struct { int32_t threads; uint32_t flags; char rest[248]; } XNNPackOptions;
enum { QS8 = 1, QU8 = 2, FLOAT32 = 1 };

#define API(X)                                                          \
  X(const char *, TfLiteVersion, (void))                                \
  X(void *, TfLiteModelCreateFromFile, (const char *))                  \
  X(void *, TfLiteInterpreterOptionsCreate, (void))                     \
  X(void, TfLiteInterpreterOptionsSetNumThreads, (void *, int32_t))     \
  X(void, TfLiteInterpreterOptionsAddDelegate, (void *, Delegate *))    \
  X(void *, TfLiteInterpreterCreate, (void *, void *))                  \
  X(int, TfLiteInterpreterAllocateTensors, (void *))                    \
  X(int32_t, TfLiteInterpreterGetInputTensorCount, (void *))            \
  X(void *, TfLiteInterpreterGetInputTensor, (void *, int32_t))         \
  X(int, TfLiteInterpreterInvoke, (void *))                             \
  X(int, TfLiteTensorType, (void *))                                    \
  X(size_t, TfLiteTensorByteSize, (void *))                             \
  X(void *, TfLiteTensorData, (void *))                                 \
  X(Delegate *, TfLiteXNNPackDelegateCreate, (const XNNPackOptions *))
#define DECLARE(result, name, arguments) static result(*name) arguments;
API(DECLARE)

static void die(const char *what, const char *why) {
  fprintf(stderr, "peer: %s: %s\n", what, why);
  exit(1);
}

static void load(const char *path) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) die(path, dlerror());
#define RESOLVE(result, name, arguments) \
  if (!(*(void **)&name = dlsym(library, #name))) die(path, "has no " #name);
  API(RESOLVE)
}

static int delegated; // operators
static int (*xnnpack_prepare)(Context *, Delegate *);

// A delegate's kernels stand behind all operators, one for each part of the graph that it takes.
static int counting_prepare(Context *context, Delegate *delegate) {
  IntArray *plan;
  context->execution_plan(context, &plan);
  int before = plan->size, parts = 0;
  int result = xnnpack_prepare(context, delegate);
  context->execution_plan(context, &plan);
  for (int i = 0; i < plan->size; i++) parts += plan->data[i] >= before;
  delegated = before - (plan->size - parts);
  return result;
}

static void add_xnnpack(void *options, int threads) {
  XNNPackOptions xnnpack = {threads, QS8 | QU8, {0}};
  Delegate *delegate = TfLiteXNNPackDelegateCreate(&xnnpack);
  if (!delegate) die("XNNPACK", "cannot be made");
  xnnpack_prepare = delegate->prepare;
  delegate->prepare = counting_prepare;
  TfLiteInterpreterOptionsAddDelegate(options, delegate);
}

static void *open_model(const char *path, int xnnpack, int threads) {
  void *model = TfLiteModelCreateFromFile(path), *options = TfLiteInterpreterOptionsCreate();
  if (!model) die(path, "cannot be read");
  TfLiteInterpreterOptionsSetNumThreads(options, threads);
  if (xnnpack) add_xnnpack(options, threads);
  void *interpreter = TfLiteInterpreterCreate(model, options);
  if (!interpreter || TfLiteInterpreterAllocateTensors(interpreter)) die(path, "cannot be prepared");
  if (xnnpack && !delegated) die(path, "XNNPACK takes no operator");
  return interpreter;
}

// fill gives integers any bytes and floats values from -1 to 1.
static void fill(void *interpreter) {
  uint32_t seed = 12345;
  for (int i = 0; i < TfLiteInterpreterGetInputTensorCount(interpreter); i++) {
    void *tensor = TfLiteInterpreterGetInputTensor(interpreter, i), *data = TfLiteTensorData(tensor);
    size_t size = TfLiteTensorByteSize(tensor);
    int width = TfLiteTensorType(tensor) == FLOAT32 ? 4 : 1;
    for (size_t j = 0; j < size / width; j++) {
      seed = seed * 1664525u + 1013904223u;
      if (width == 4)
        ((float *)data)[j] = (float)((int32_t)seed / 2147483648.0);
      else
        ((uint8_t *)data)[j] = seed >> 24;
    }
  }
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static double invoke(void *interpreter) {
  double begin = now();
  if (TfLiteInterpreterInvoke(interpreter)) die("invoke", "failed");
  return (now() - begin) * 1e3;
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  enum { MOST = 1 << 20 };
  static double ms[MOST];
  if (argc != 6) die("want", "LIBRARY MODEL xnnpack|plain THREADS SECONDS");
  load(argv[1]);
  void *interpreter = open_model(argv[2], !strcmp(argv[3], "xnnpack"), atoi(argv[4]));
  fill(interpreter);
  for (int i = 0; i < 2; i++) invoke(interpreter);
  int runs = 0;
  for (double end = now() + atof(argv[5]); runs == 0 || (runs < MOST && now() < end); runs++) ms[runs] = invoke(interpreter);
  qsort(ms, runs, sizeof *ms, by_value);
  printf("{\"version\":\"%s\",\"runs\":%d,\"min_ms\":%.6f,\"median_ms\":%.6f,\"delegated\":%d}\n", TfLiteVersion(), runs, ms[0], ms[runs / 2], delegated);
  return 0;
}
