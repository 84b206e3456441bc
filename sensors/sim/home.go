package sim

import (
	"math"
	"math/rand/v2"
)

// Point is a place on the floor in metres: X from the left wall, Z from the camera's wall to the far one.
type Point struct{ X, Z float64 }

// to returns the distance to q in metres.
func (p Point) to(q Point) float64 { return math.Hypot(p.X-q.X, p.Z-q.Z) }

// towards returns the point at part (0 to 1) of the way to q.
func (p Point) towards(q Point, part float64) Point {
	return Point{p.X + (q.X-p.X)*part, p.Z + (q.Z-p.Z)*part}
}

// Place is a spot of the room that has a name in captions.
type Place uint8

// The places.
const (
	Nowhere Place = iota // on the way, or in the middle
	AtDoor
	AtWindow
	AtSofa
	AtTable
	AtStove
	AtTelevision
	AtWasher
	places
)

var placeNames = [places]string{"nowhere", "door", "window", "sofa", "table", "stove", "television", "washing machine"}

// String returns the place's name in captions.
func (p Place) String() string { return placeNames[p] }

// Wall is one of those that the camera, high in the middle of the fourth, looks at.
type Wall uint8

// The walls.
const (
	FarWall Wall = iota
	LeftWall
	RightWall
)

// Opening is a door or a window in a wall.
type Opening struct {
	Wall   Wall
	Along  float64 // m, of its middle: X on the far wall, Z on the others
	Width  float64 // m
	Bottom float64 // m above the floor
	Top    float64
}

// Home is a room as it stands: its seed is the story's. Looks (colours, patterns, voices) are drawn from the seed by who
// needs them.
type Home struct {
	Width, Depth, Height float64 // m
	Door, Window         Opening
	Spots                [places]Point // where one stands, or sits, at a place
	FireAt               [3]Point      // where a fire may start: beside the television, at the sofa, at the stove
}

// slots are the parts of the far and side walls that furniture is dealt to, as fractions of width and depth: where a
// person at the thing is. The first four are along the far wall.
var slots = [...]Point{{0.14, 0.86}, {0.38, 0.88}, {0.62, 0.88}, {0.86, 0.86}, {0.12, 0.55}, {0.88, 0.55}, {0.4, 0.6}, {0.64, 0.62}}

// newHome deals the furniture.
func newHome(r *rand.Rand) *Home {
	h := &Home{Width: between(r, 3.8, 5), Depth: between(r, 3.4, 4.4), Height: 2.5}
	spot := func(slot int) Point { return Point{slots[slot].X * h.Width, slots[slot].Z * h.Depth} }
	far := r.Perm(4) // door, window, television and stove share the far wall
	h.Door = Opening{FarWall, spot(far[0]).X, 0.85, 0, 2}
	h.Window = Opening{FarWall, spot(far[1]).X, between(r, 0.8, 1), 0.95, 2.1}
	h.Spots[AtDoor], h.Spots[AtWindow] = spot(far[0]), spot(far[1])
	h.Spots[AtTelevision], h.Spots[AtStove] = spot(far[2]), spot(far[3])
	side := r.Perm(2)
	h.Spots[AtSofa], h.Spots[AtWasher] = spot(4+side[0]), spot(4+side[1])
	h.Spots[AtTable] = spot(6 + r.IntN(2))
	h.Spots[Nowhere] = Point{h.Width * between(r, 0.4, 0.6), h.Depth * 0.4}
	h.FireAt = [3]Point{
		{h.Spots[AtTelevision].X, h.Depth * 0.93},
		{h.Spots[AtSofa].X, h.Spots[AtSofa].Z * 0.95},
		{h.Spots[AtStove].X, h.Depth * 0.93},
	}
	return h
}

// near returns a point around one's spot at p, inside the room.
func (h *Home) near(r *rand.Rand, p Place) Point {
	s := h.Spots[p]
	s.X = min(max(s.X+between(r, -0.25, 0.25), 0.3), h.Width-0.3)
	s.Z = min(max(s.Z+between(r, -0.3, 0.05), 0.9), h.Depth-0.3)
	return s
}

// middle returns a point of the free floor.
func (h *Home) middle(r *rand.Rand) Point {
	return Point{h.Width * between(r, 0.25, 0.75), h.Depth * between(r, 0.32, 0.52)}
}

// between returns a number from lo to hi.
func between(r *rand.Rand, lo, hi float64) float64 { return lo + (hi-lo)*r.Float64() }

// chance returns the dice of one part of a story, so that parts do not depend on each other.
func chance(seed uint64, part string) *rand.Rand {
	mix := uint64(14695981039346656037) // FNV-1a
	for _, b := range []byte(part) {
		mix = (mix ^ uint64(b)) * 1099511628211
	}
	return rand.New(rand.NewPCG(seed, mix))
}
