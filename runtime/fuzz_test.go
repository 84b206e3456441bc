package runtime_test

import (
	"context"
	"encoding/hex"
	"flag"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"path/filepath"
	goruntime "runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"edged/runtime"
	"edged/runtime/internal/corpus"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// scripts/fuzz sets these.
var (
	fuzzFor  = flag.Duration("edged.fuzz", 0, "how long TestMutants runs; 0 is a few mutants of each model")
	fuzzSeed = flag.Uint64("edged.seed", 1, "of the mutants that TestMutants runs with -edged.fuzz")
	fuzzDir  = flag.String("edged.models", "", "a folder of more models to mutate")
)

// A mutant's Invoke may take so long, and all that is done with it so much longer that a busy machine does not make a
// finding. Its session may keep spare bytes beyond its limit: descriptions of operators, and garbage.
const (
	mutantInvoke   = 100 * time.Millisecond
	mutantPatience = 30 * time.Second
	mutantSpare    = 16 << 20
)

// base is a model that is mutated.
type base struct {
	name  string
	bytes []byte
}

// bases are the corpus's small models, and those of -edged.models.
func bases(t testing.TB) []base {
	t.Helper()
	dir := corpus.Dir(t)
	var list []base
	for _, m := range corpus.Read(t, dir).Models {
		if b := corpus.File(t, dir, m.File); len(b) < 60_000 {
			list = append(list, base{m.Name, b})
		}
	}
	paths, err := filepath.Glob(filepath.Join(*fuzzDir, "*.tflite"))
	if err != nil || *fuzzDir == "" {
		return list
	}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, base{filepath.Base(path), b})
	}
	return list
}

// FuzzFields changes real models in what they say (shapes, types, scales, operands, options, constants, operators, calls) so
// that the file stays well formed. Each must run or be refused, within its memory and time.
func FuzzFields(f *testing.F) {
	bases := bases(f)
	r := rand.New(rand.NewPCG(1, 1))
	for i := range bases {
		f.Add(uint16(i), []byte(randomProgram(r)))
	}
	f.Fuzz(func(t *testing.T, which uint16, p []byte) {
		if b := mutant(bases, int(which), p); b != nil {
			if err := survive(b); err != nil {
				t.Fatalf("%s: %v\nthe file: %s", bases[int(which)%len(bases)].name, err, keep(b))
			}
		}
	})
}

// FuzzBytes changes files byte by byte. Its seeds in testdata are files that were findings once.
func FuzzBytes(f *testing.F) {
	dir := corpus.Dir(f)
	for _, b := range bases(f) {
		if len(b.bytes) < 8000 {
			f.Add(b.bytes)
		}
	}
	for _, m := range corpus.Read(f, dir).Reject {
		if b := corpus.File(f, dir, m.File); len(b) < 8000 {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := survive(b); err != nil {
			t.Fatal(err)
		}
	})
}

// TestMutants runs mutants of each small model: a few, or as many as there is time for.
func TestMutants(t *testing.T) {
	bases := bases(t)
	if *fuzzFor > 0 {
		mutateFor(t, bases, *fuzzFor)
		return
	}
	r := rand.New(rand.NewPCG(7, 7))
	for i, b := range bases {
		for n := range 10 {
			oneMutant(t, bases, i, randomProgram(r), fmt.Sprintf("%s %d", b.name, n))
		}
	}
}

// mutateFor runs mutants for a time and says how many there were, and how the process grew.
func mutateFor(t *testing.T, bases []base, d time.Duration) {
	r := rand.New(rand.NewPCG(*fuzzSeed, 7))
	start, count, ran := time.Now(), 0, 0
	var early uint64
	for next := time.Duration(0); time.Since(start) < d && !t.Failed(); count++ {
		if oneMutant(t, bases, r.IntN(len(bases)), randomProgram(r), fmt.Sprintf("seed %d, mutant %d", *fuzzSeed, count)) {
			ran++
		}
		if now := time.Since(start); now >= next {
			t.Logf("%6.0f s: %d mutants, %d of them opened, %d MB of memory", now.Seconds(), count, ran, resident()>>20)
			next += d / 10
			if early == 0 && now > d/4 {
				early = resident()
			}
		}
	}
	debug.FreeOSMemory()
	late := resident()
	t.Logf("%d mutants, %d of them opened; %d MB of memory after a quarter, %d MB at the end", count, ran, early>>20, late>>20)
	if early > 0 && late > early+(64<<20) {
		t.Errorf("the process has grown from %d MB to %d MB", early>>20, late>>20)
	}
}

// oneMutant reports whether the mutant opened.
func oneMutant(t *testing.T, bases []base, which int, p program, name string) (opened bool) {
	b := mutant(bases, which, p)
	if b == nil {
		return false
	}
	opened, err := surviveFile(b)
	if err != nil {
		t.Errorf("%s of %s: %v\nprogram %s\nthe file: %s", name, bases[which].name, err, hex.EncodeToString(p), keep(b))
	}
	return opened
}

// randomProgram makes up a program of a few decisions.
func randomProgram(r *rand.Rand) program {
	p := make(program, 4+r.IntN(1<<(2+r.IntN(5))))
	for i := range p {
		p[i] = byte(r.Uint32())
	}
	return p
}

// keep writes a file that is a finding to the temporary folder, and returns its path.
func keep(b []byte) string {
	path := filepath.Join(os.TempDir(), fmt.Sprintf("edged-finding-%08x.tflite", crc32.ChecksumIEEE(b)))
	if err := os.WriteFile(path, b, 0o600); err != nil {
		return err.Error()
	}
	return path
}

// survive returns an error only if a file makes the engine panic, write into the file's bytes, keep more memory than it may,
// ignore its context or give tensors whose data are not as long as their shape says. One that never comes back ends the
// process.
func survive(b []byte) error {
	_, err := surviveFile(b)
	return err
}

func surviveFile(b []byte) (opened bool, err error) {
	watch := time.AfterFunc(mutantPatience, func() {
		debug.SetTraceback("all")
		panic("a mutant takes too long: " + keep(b))
	})
	defer watch.Stop()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	sum := crc32.ChecksumIEEE(b)
	m, err := tflite.Parse(b)
	if err != nil {
		return false, nil // which kind of error it is, package tflite tests
	}
	runtime.Unsupported(m)
	before, limit := heap(), int64(8<<20)<<(len(b)%3)
	s, err := runtime.New(m, runtime.Options{MemoryLimit: limit, Threads: 1 + len(b)%2})
	if err != nil {
		return false, nil
	}
	defer s.Close()
	err = invoke(s)
	if err == nil {
		err = within(before + uint64(limit))
	}
	if err == nil && crc32.ChecksumIEEE(b) != sum {
		err = fmt.Errorf("the file's bytes have changed")
	}
	return true, err
}

// invoke runs a session three times, with the least, random and other random input, and starts over in between.
func invoke(s runtime.Session) error {
	r := rand.New(rand.NewPCG(3, 3))
	for round := range 3 {
		for i := range s.Signature().Inputs {
			in := s.Input(i)
			if in.DType == tensor.String {
				in.Data = words(r, in.Shape.Elems(), round)
				continue
			}
			for j := range in.Data {
				in.Data[j] = byte(int(r.Uint32()) * min(round, 1))
			}
		}
		ctx, cancel := context.WithTimeout(context.Background(), mutantInvoke)
		err := s.Invoke(ctx)
		cancel()
		if err != nil {
			continue // an error is an answer too
		}
		for i := range s.Signature().Outputs {
			out := s.Output(i)
			if want := out.DType.Bytes(out.Shape.Elems()); len(out.Data) != want && out.DType != tensor.String {
				return fmt.Errorf("output %d, %s %s, has %d bytes, want %d", i, out.DType, out.Shape, len(out.Data), want)
			}
		}
		if round == 1 {
			runtime.Reset(s)
		}
	}
	return nil
}

// words makes up packed strings: as many as there should be, or any number, or nothing that could be strings.
func words(r *rand.Rand, count, round int) []byte {
	if round == 1 || count > 1000 {
		count = r.IntN(100)
	}
	list := make([]string, count)
	for i := range list {
		list[i] = strings.Repeat("a b ", r.IntN(6))
	}
	b := tensor.PackStrings(list...)
	if round == 2 && r.IntN(2) == 0 {
		b[r.IntN(len(b))] ^= 0x81
	}
	return b
}

// within checks that no more memory is in use than so much, and a little to spare.
func within(limit uint64) error {
	if heap() <= limit+mutantSpare {
		return nil
	}
	goruntime.GC()
	if now := heap(); now > limit+mutantSpare {
		return fmt.Errorf("there are %d MB in use, %d MB too many", now>>20, (now-limit)>>20)
	}
	return nil
}

// heap returns the bytes of live objects, and of dead ones not swept yet.
func heap() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

// resident returns the memory of the process, in bytes; 0 where the system does not tell.
func resident() uint64 {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(b), "VmRSS:")
	var kb uint64
	if _, err := fmt.Sscan(rest, &kb); err != nil {
		return 0
	}
	return kb << 10
}
