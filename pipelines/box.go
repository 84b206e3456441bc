package pipelines

// Box is a rectangle in fractions of the picture.
type Box struct{ YMin, XMin, YMax, XMax float32 }

// Overlap returns the area that two boxes share over the area that they cover together, 0 to 1: intersection over union.
// It is 0 if one of them has no area.
func (b Box) Overlap(o Box) float32 {
	h, w := min(b.YMax, o.YMax)-max(b.YMin, o.YMin), min(b.XMax, o.XMax)-max(b.XMin, o.XMin)
	if !(h > 0 && w > 0) {
		return 0
	}
	both := float32(h * w)
	return both / (b.area() + o.area() - both)
}

// area rounds, as Overlap does, before anything is added: a machine that fuses the two would have other tracks.
func (b Box) area() float32 { return float32((b.YMax - b.YMin) * (b.XMax - b.XMin)) }
