package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Whatever path runs, rows that are transformed beside others have the bits that they have alone and that the loops in Go give.
func TestRealFFTIsThatInGo(t *testing.T) {
	for n := 4; n <= 1024; n *= 2 {
		trials(t, 3, func(t *testing.T, r *rand.Rand) {
			width, rows := 1+r.IntN(n+9), 1+r.IntN(fftLanes)
			in, got := reals(r, rows*width), make([]complex64, rows*(n/2+1))
			newRealFFT(n).run(got, in, width)
			f := newRealFFT(n)
			for l := range rows {
				row := f.rows[l*n : (l+1)*n]
				copy(row, in[l*width:(l+1)*width])
			}
			f.load()
			firstStage(f.x, f.first)
			for _, roots := range f.stages {
				fftFours(f.x, roots)
			}
			f.spectrum(f.out)
			for i, v := range got {
				if w := f.out[i]; math.Float32bits(real(v)) != math.Float32bits(real(w)) || math.Float32bits(imag(v)) != math.Float32bits(imag(w)) {
					t.Fatalf("%d of %d numbers, %d rows: element %d is %v, want %v", width, n, rows, i, v, w)
				}
			}
			alone := make([]complex64, n/2+1)
			newRealFFT(n).run(alone, in[(rows-1)*width:], width)
			if !slices.Equal(alone, got[(rows-1)*(n/2+1):]) {
				t.Fatalf("%d of %d numbers: the last of %d rows depends on the others", width, n, rows)
			}
		})
	}
}
