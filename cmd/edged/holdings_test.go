package main

import (
	"fmt"
	"os"
	"testing"
)

func TestHoldings(t *testing.T) {
	count := func() (goroutines, files int, all, heap float64) {
		t.Helper()
		text := holdingsText()
		if _, err := fmt.Sscanf(text, "holds %d goroutines, %d descriptors, %f MiB, %f MiB of it in the heap", &goroutines, &files, &all, &heap); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		return
	}
	goroutines, files, all, heap := count()
	if goroutines < 2 || files < 3 || heap <= 0 || all < heap {
		t.Errorf("got %d goroutines, %d descriptors, %.1f MiB, %.1f MiB in the heap", goroutines, files, all, heap)
	}
	f, err := os.Open("testdata")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, more, _, _ := count(); more <= files {
		t.Errorf("got %d descriptors after another was opened, %d before", more, files)
	}
}
