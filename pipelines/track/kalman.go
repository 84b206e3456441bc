package track

import "edged/pipelines"

// Standard deviations, in parts of the box's own size, as SORT's successors have them (Wojke, Bewley, Paulus: Simple Online
// and Realtime Tracking with a Deep Association Metric, ICIP 2017, code): what is measured is off by a twentieth. Theirs of
// motion is per frame; here, per second, an object may come in at its own size a second and gain as much in a second.
const (
	offMeasured = 1. / 20
	offVelocity = 1. // of a new track
	offGain     = 1. // per second, of the velocity
)

// axis is one coordinate with its velocity: position x and velocity v a second, and their covariance.
//
// SORT's filter has seven states, but as its matrices couple no coordinate with another it falls apart into one small
// filter for each.
type axis struct {
	x, v          float64
	pxx, pxv, pvv float64
}

// newAxis begins at a measurement of a box of a size.
func newAxis(x, size float64) axis {
	return axis{x: x, pxx: square(offMeasured * size), pvv: square(offVelocity * size)}
}

// predict goes on by dt seconds. The velocity changes by white noise, constant over dt (Bar-Shalom, Li, Kirubarajan:
// Estimation with Applications to Tracking and Navigation, 2001, section 6.3.2).
func (a *axis) predict(dt, size float64) {
	q := float64(square(offGain*size) * dt * dt)
	a.x += float64(dt * a.v)
	a.pxx += float64(2*dt*a.pxv) + float64(dt*dt*a.pvv) + float64(q*dt*dt/4)
	a.pxv += float64(dt*a.pvv) + float64(q*dt/2)
	a.pvv += q
}

// correct takes a measurement of a box of a size.
func (a *axis) correct(z, size float64) {
	s := a.pxx + square(offMeasured*size)
	kx, kv, off := a.pxx/s, a.pxv/s, z-a.x
	a.x += float64(kx * off)
	a.v += float64(kv * off)
	a.pvv -= float64(kv * a.pxv)
	a.pxv = float64(a.pxv * (1 - kx))
	a.pxx = float64(a.pxx * (1 - kx))
}

// square rounds, so that nothing fuses it with what it is added to.
func square(v float64) float64 { return float64(v * v) }

// motion is a box that moves: its centre and its size. (SORT has area and ratio in place of width and height; these are what
// is measured, and so linear.)
type motion struct{ y, x, h, w axis }

func newMotion(b pipelines.Box) motion {
	y, x, h, w := parts(b)
	return motion{newAxis(y, h), newAxis(x, w), newAxis(h, h), newAxis(w, w)}
}

// predict goes on by dt seconds. A size that would fall below nothing stops shrinking, as in SORT.
func (m *motion) predict(dt float64) {
	h, w := m.h.x, m.w.x
	for _, a := range [2]*axis{&m.h, &m.w} {
		if a.x+float64(dt*a.v) <= 0 {
			a.v = 0
		}
	}
	m.y.predict(dt, h)
	m.x.predict(dt, w)
	m.h.predict(dt, h)
	m.w.predict(dt, w)
}

// rest forgets how the box moved.
func (m *motion) rest() {
	for _, a := range [4]*axis{&m.y, &m.x, &m.h, &m.w} {
		size := m.h.x
		if a == &m.x || a == &m.w {
			size = m.w.x
		}
		*a = newAxis(a.x, size)
	}
}

func (m *motion) correct(b pipelines.Box) {
	y, x, h, w := parts(b)
	m.y.correct(y, h)
	m.x.correct(x, w)
	m.h.correct(h, h)
	m.w.correct(w, w)
}

func (m *motion) box() pipelines.Box {
	h, w := m.h.x/2, m.w.x/2
	return pipelines.Box{
		YMin: float32(m.y.x - h), XMin: float32(m.x.x - w), YMax: float32(m.y.x + h), XMax: float32(m.x.x + w),
	}
}

// parts returns the centre and the size of a box.
func parts(b pipelines.Box) (y, x, h, w float64) {
	return (float64(b.YMin) + float64(b.YMax)) / 2, (float64(b.XMin) + float64(b.XMax)) / 2,
		float64(b.YMax) - float64(b.YMin), float64(b.XMax) - float64(b.XMin)
}
