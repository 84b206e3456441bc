package kernel

import (
	"go/ast"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"path/filepath"
	goruntime "runtime"
	"slices"
	"strings"
	"testing"
)

// work is a kernel at a size that models have.
type work struct {
	name string // of the exported function or method; behind a slash the type or size
	macs int    // multiply-accumulates of a run, where that is what it does; else elements are counted
	n    int    // elements of the output
	run  func()
}

// works are all kernels. They keep what they need; a run begins where the last one ended.
func works() []work {
	return slices.Concat(layerWorks(), floatLayerWorks(), wordLayerWorks(), matrixWorks(), recurrentWorks(), elementWorks(), quantizeWorks(), tableWorks(),
		poolWorks(), pictureWorks(), orderWorks(), moveWorks(), indexWorks(), signalWorks(), fixedSignalWorks(), randomWorks(), textWorks())
}

// onceOnly are functions of slices that run when a session opens.
var onceOnly = []string{"ConvScale", "FloatConv2D.Pack", "FloatFullyConnected.Pack"}

// growing are those whose memory is as large as their input makes it, so that it grows in the first run.
var growing = []string{"SkipGram.Words"}

// drawn returns n numbers of a type: bytes of any kind, words and floats between −100 and 100.
func drawn[T Number](n int) []T {
	r, s := rand.New(rand.NewPCG(7, uint64(n))), make([]T, n)
	for i := range s {
		s[i] = T(r.IntN(201) - 100)
	}
	return s
}

// upTo returns n indices below a limit.
func upTo[T Number](n, limit int) []T {
	r, s := rand.New(rand.NewPCG(8, uint64(n))), make([]T, n)
	for i := range s {
		s[i] = T(r.IntN(limit))
	}
	return s
}

func BenchmarkKernels(b *testing.B) {
	for _, w := range works() {
		b.Run(w.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				w.run()
			}
			if w.macs > 0 {
				b.ReportMetric(float64(w.macs)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GMAC/s")
			} else {
				b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N)/float64(w.n), "ns/elem")
			}
		})
	}
}

// TestKernelsAllocateNothing: not in the first run either.
func TestKernelsAllocateNothing(t *testing.T) {
	for i, w := range works() {
		n := allocations(w.run)
		if slices.Contains(growing, w.name) {
			n = 0
		}
		for try := 0; try < 5 && n > 0; try++ { // the count is the process's: Go's own goroutines may add to one
			n = allocations(works()[i].run)
		}
		if n > 0 {
			t.Errorf("%s: %d allocations in the first run", w.name, n)
		}
		if n := testing.AllocsPerRun(2, w.run); n > 0 {
			t.Errorf("%s: %v allocations in a run", w.name, n)
		}
	}
}

// allocations counts those of one run.
func allocations(run func()) uint64 {
	defer goruntime.GOMAXPROCS(goruntime.GOMAXPROCS(1))
	var before, after goruntime.MemStats
	goruntime.ReadMemStats(&before)
	run()
	goruntime.ReadMemStats(&after)
	return after.Mallocs - before.Mallocs
}

// TestEachKernelHasABenchmark: an exported function or method of slices is a kernel.
func TestEachKernelHasABenchmark(t *testing.T) {
	has := map[string]bool{}
	for _, name := range onceOnly {
		has[name] = true
	}
	for _, w := range works() {
		name, _, _ := strings.Cut(w.name, "/")
		has[name] = true
	}
	for _, name := range kernels(t) {
		if !has[name] {
			t.Errorf("%s has no line in works of bench_test.go", name)
		}
		delete(has, name)
	}
	for name := range has {
		t.Errorf("%s is not there", name)
	}
}

// kernels returns the names of what takes slices, of methods behind their type's.
func kernels(t *testing.T) (names []string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if ok && f.Name.IsExported() && !strings.HasPrefix(f.Name.Name, "New") && slices.ContainsFunc(f.Type.Params.List, takesSlice) {
				names = append(names, receiver(f)+f.Name.Name)
			}
		}
	}
	return names
}

func takesSlice(f *ast.Field) bool {
	a, ok := f.Type.(*ast.ArrayType)
	return ok && a.Len == nil
}

// receiver returns the name of a method's type with a dot; nothing for a function.
func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	name := ""
	ast.Inspect(f.Recv.List[0].Type, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && name == "" {
			name = id.Name + "."
		}
		return true
	})
	return name
}
