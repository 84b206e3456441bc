package sim

import "math"

// vec is a place or a direction in the room, in metres: x to the right, y up, z away from the camera's wall.
type vec struct{ x, y, z float32 }

func (a vec) plus(b vec) vec             { return vec{a.x + b.x, a.y + b.y, a.z + b.z} }
func (a vec) minus(b vec) vec            { return vec{a.x - b.x, a.y - b.y, a.z - b.z} }
func (a vec) times(k float32) vec        { return vec{a.x * k, a.y * k, a.z * k} }
func (a vec) dot(b vec) float32          { return a.x*b.x + a.y*b.y + a.z*b.z }
func (a vec) along(b vec, k float32) vec { return vec{a.x + b.x*k, a.y + b.y*k, a.z + b.z*k} }

func (a vec) cross(b vec) vec {
	return vec{a.y*b.z - a.z*b.y, a.z*b.x - a.x*b.z, a.x*b.y - a.y*b.x}
}

func (a vec) unit() vec { return a.times(1 / sqrt32(a.dot(a)+1e-12)) }

func sqrt32(x float32) float32 { return float32(math.Sqrt(float64(x))) }

// sine32 returns the sine of x turns, not radians.
func sine32(turns float32) float32 { return float32(math.Sin(2 * math.Pi * float64(turns))) }

// lens is where the camera is and where it looks.
type lens struct {
	eye              vec
	right, up, ahead vec
	focal            float32 // pixels of the canvas
	x, y             float32 // of the picture's middle
}

// newLens looks down by pitch and to the right by yaw, in turns, and sees width pixels within the field of view (turns).
func newLens(eye vec, pitch, yaw, field float32) lens {
	sp, cp, sy, cy := sine32(pitch), sine32(pitch+0.25), sine32(yaw), sine32(yaw+0.25)
	l := lens{eye: eye, right: vec{cy, 0, -sy}, ahead: vec{cp * sy, -sp, cp * cy}}
	l.up = l.ahead.cross(l.right)
	l.focal = fineWidth / 2 / float32(math.Tan(math.Pi*float64(field)))
	l.x, l.y = fineWidth/2, fineHeight/2
	return l
}

// see returns where p is on the canvas, and 1 over its distance along the view; that is 0 for what lies behind.
func (l *lens) see(p vec) (x, y, w float32) {
	d := p.minus(l.eye)
	far := d.dot(l.ahead)
	if far < 0.2 {
		return 0, 0, 0
	}
	w = 1 / far
	return l.x + l.focal*d.dot(l.right)*w, l.y - l.focal*d.dot(l.up)*w, w
}

// dice is a cheap hash: the n-th number of some thing, 0 to 1.
type dice uint64

func (d dice) roll(n int) float32 {
	return float32(scramble(uint64(d)+uint64(n)*0x9e3779b97f4a7c15)>>40) / (1 << 24)
}

// from returns the n-th number, from lo to hi.
func (d dice) from(n int, lo, hi float32) float32 { return lo + (hi-lo)*d.roll(n) }

// pick returns the n-th number, 0 to below.
func (d dice) pick(n, below int) int { return int(d.roll(n) * float32(below)) }

// scramble is the finalizer of SplitMix64 (Steele, Lea, Flood, 2014).
func scramble(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// drift is a smooth random walk around 0, within ±1, as a function of time (in its own units).
func (d dice) drift(at float32) float32 {
	whole := float32(math.Floor(float64(at)))
	n, part := int(whole), at-whole
	part = part * part * (3 - 2*part)
	a, b := d.roll(n), d.roll(n+1)
	return 2*(a+(b-a)*part) - 1
}

func abs32(x float32) float32 { return max(x, -x) }

// turnOf is the direction of a way on the floor, in turns: 0 is away from the camera, a quarter to the right.
func turnOf(dx, dz float32) float32 {
	return float32(math.Atan2(float64(dx), float64(dz)) / (2 * math.Pi))
}

func floor32(x float32) int { return int(math.Floor(float64(x))) }
