package track

import (
	"math"
	"testing"
)

// matrices is the same filter as the books have it: x = Fx, P = FPFᵀ + Q, K = PHᵀ/(HPHᵀ + R), P = (1 − KH)P.
type matrices struct {
	x [2]float64
	p [2][2]float64
}

func mul(a, b [2][2]float64) (c [2][2]float64) {
	for i := range 2 {
		for j := range 2 {
			c[i][j] = a[i][0]*b[0][j] + a[i][1]*b[1][j]
		}
	}
	return c
}

func (m *matrices) predict(dt, gain float64) {
	f := [2][2]float64{{1, dt}, {0, 1}}
	m.x = [2]float64{m.x[0] + dt*m.x[1], m.x[1]}
	m.p = mul(mul(f, m.p), [2][2]float64{{1, 0}, {dt, 1}})
	g := [2]float64{dt * dt / 2, dt} // what a gain of velocity that is constant over dt does
	for i := range 2 {
		for j := range 2 {
			m.p[i][j] += g[i] * g[j] * gain * gain
		}
	}
}

func (m *matrices) correct(z, off float64) {
	s := m.p[0][0] + off*off
	k := [2]float64{m.p[0][0] / s, m.p[1][0] / s}
	y := z - m.x[0]
	m.x = [2]float64{m.x[0] + k[0]*y, m.x[1] + k[1]*y}
	m.p = mul([2][2]float64{{1 - k[0], 0}, {-k[1], 1}}, m.p)
}

func TestAxisIsTheFilterOfTheBooks(t *testing.T) {
	const size = 0.25
	a := newAxis(0.5, size)
	m := matrices{x: [2]float64{0.5, 0}, p: [2][2]float64{{a.pxx, 0}, {0, a.pvv}}}
	for i, dt := range []float64{0.1, 0.5, 0, 2, 0.04, 0.2} {
		a.predict(dt, size)
		m.predict(dt, offGain*size)
		if i%2 == 0 {
			a.correct(0.5+0.1*float64(i), size)
			m.correct(0.5+0.1*float64(i), offMeasured*size)
		}
		got := [5]float64{a.x, a.v, a.pxx, a.pxv, a.pvv}
		want := [5]float64{m.x[0], m.x[1], m.p[0][0], m.p[1][0], m.p[1][1]}
		for k := range got {
			if math.Abs(got[k]-want[k]) > 1e-12 {
				t.Fatalf("step %d: got %v, want %v", i, got, want)
			}
		}
	}
}

// TestAxisLearnsVelocity measures what moves evenly, and then looks ahead.
func TestAxisLearnsVelocity(t *testing.T) {
	a := newAxis(0, 0.2)
	for i := 1; i <= 10; i++ {
		a.predict(0.1, 0.2)
		a.correct(0.03*float64(i), 0.2)
	}
	a.predict(1, 0.2)
	if math.Abs(a.v-0.3) > 0.01 || math.Abs(a.x-0.6) > 0.01 {
		t.Errorf("got %.3f at %.3f a second, want 0.6 at 0.3", a.x, a.v)
	}
}
