package cartoon

import (
	"image"
	"image/color"
	"math/rand/v2"

	"edged/sensors"
)

// The camera: pictures of width by height pixels, FrameRate a second.
const (
	width, height = 160, 120
	FrameRate     = 2
)

// Frame draws a picture of some room with s in it, without name and time.
func Frame(r *rand.Rand, s Sight) sensors.Frame {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	newRoom(r).draw(img, s, r.Float64())
	f := sensors.Frame{Format: sensors.RGB24, Width: width, Height: height, Pix: make([]byte, 0, 3*width*height)}
	for i := 0; i < len(img.Pix); i += 4 {
		f.Pix = append(f.Pix, img.Pix[i:i+3]...)
	}
	return f
}

// room is what stays from picture to picture.
type room struct {
	r            *rand.Rand
	wall, floor  color.RGBA
	sofa, shirt  color.RGBA
	hair, cat    color.RGBA
	horizon      int // where wall meets floor
	window, lamp int // their left edges
	sofaAt       int
	burnsAt      int
	daylight     float64 // 0 is night
	noise        int     // of a pixel, at most
}

func newRoom(r *rand.Rand) *room {
	m := &room{r: r, horizon: 72 + r.IntN(16), noise: 4 + r.IntN(10), daylight: 0.5 + r.Float64()/2}
	m.wall = tint(r, 150, 215, 18)
	m.floor = tint(r, 85, 140, 25)
	m.sofa = tint(r, 60, 150, 45)
	m.shirt = tint(r, 40, 110, 60) // darker than walls are
	m.hair = tint(r, 20, 120, 20)
	m.cat = tint(r, 15, 60, 6)
	if r.IntN(3) == 0 { // a ginger one
		m.cat = color.RGBA{uint8(165 + r.IntN(40)), uint8(95 + r.IntN(25)), uint8(40 + r.IntN(20)), 255}
	}
	m.window, m.lamp = 8+r.IntN(40), 110+r.IntN(30)
	m.sofaAt = r.IntN(width - 50)
	m.burnsAt = 25 + r.IntN(width-50)
	return m
}

// tint picks a grey between lo and hi and tints it by up to spread.
func tint(r *rand.Rand, lo, hi, spread int) color.RGBA {
	v := lo + r.IntN(hi-lo)
	channel := func() uint8 { return uint8(min(max(v+r.IntN(2*spread+1)-spread, 0), 255)) }
	return color.RGBA{channel(), channel(), channel(), 255}
}

// draw draws the room with s in it. A walker is at the part along, 0 to 1, of its way.
func (m *room) draw(img *image.RGBA, s Sight, along float64) {
	m.furnish(img, s)
	switch s {
	case Person:
		m.person(img, 20+int(along*(width-40)))
	case Cat:
		m.cats(img, 25+int(along*(width-50)))
	case Fire:
		m.fire(img)
	}
	m.light(img, s)
}

func (m *room) furnish(img *image.RGBA, s Sight) {
	rect(img, 0, 0, width, m.horizon, m.wall)
	rect(img, 0, m.horizon, width, height, m.floor)
	sky := color.RGBA{150, 190, 230, 255}
	if s == Dark {
		sky = color.RGBA{40, 45, 70, 255}
	}
	rect(img, m.window-3, 9, m.window+43, 47, color.RGBA{90, 75, 60, 255})
	rect(img, m.window, 12, m.window+40, 44, shade(sky, 0.4+0.6*m.daylight))
	rect(img, m.window+19, 12, m.window+21, 44, color.RGBA{90, 75, 60, 255})
	rect(img, m.sofaAt, m.horizon-18, m.sofaAt+48, m.horizon+10, m.sofa)
	rect(img, m.sofaAt+4, m.horizon-4, m.sofaAt+44, m.horizon+6, shade(m.sofa, 0.8))
	rect(img, m.lamp, 38, m.lamp+2, m.horizon+6, color.RGBA{60, 50, 45, 255})
	bulb := color.RGBA{255, 244, 205, 255}
	if s == Dark || s == Fire {
		bulb = color.RGBA{110, 105, 95, 255}
	}
	rect(img, m.lamp-8, 26, m.lamp+10, 40, bulb)
}

func (m *room) person(img *image.RGBA, x int) {
	foot := m.horizon + 18 + m.r.IntN(10)
	stride := m.r.IntN(9)
	skin := color.RGBA{uint8(150 + m.r.IntN(80)), uint8(105 + m.r.IntN(60)), uint8(80 + m.r.IntN(50)), 255}
	legs := shade(m.hair, 0.8)
	rect(img, x-5-stride/2, foot-34, x-1, foot, legs)
	rect(img, x+1, foot-34, x+5+stride/2, foot, legs)
	rect(img, x-9, foot-64, x+9, foot-32, m.shirt)
	rect(img, x-13, foot-62, x-9, foot-36, m.shirt)
	rect(img, x+9, foot-62, x+13, foot-36, m.shirt)
	disc(img, x, foot-72, 7, 8, skin)
	disc(img, x, foot-77, 7, 4, m.hair)
}

func (m *room) cats(img *image.RGBA, x int) {
	foot := m.horizon + 16 + m.r.IntN(14)
	for _, leg := range []int{-13, -8, 7, 12} {
		rect(img, x+leg, foot-9, x+leg+3, foot, m.cat)
	}
	disc(img, x, foot-14, 18, 8, m.cat)
	disc(img, x+20, foot-22, 8, 7, m.cat)
	for i := range 6 { // ears
		rect(img, x+14+i/2, foot-28-i, x+19-i/2, foot-27-i, m.cat)
		rect(img, x+22+i/2, foot-28-i, x+27-i/2, foot-27-i, m.cat)
	}
	for i := range 14 { // tail
		disc(img, x-17-i/2, foot-17-i, 2, 2, m.cat)
	}
}

// fire draws tongues that differ each time: the flicker.
func (m *room) fire(img *image.RGBA) {
	foot := m.horizon + 20
	disc(img, m.burnsAt, foot, 18, 4, color.RGBA{50, 35, 30, 255})
	for _, layer := range []struct {
		size float64
		c    color.RGBA
	}{{1, color.RGBA{225, 70, 15, 255}}, {0.7, color.RGBA{250, 150, 25, 255}}, {0.4, color.RGBA{255, 235, 130, 255}}} {
		for tongue := -2; tongue <= 2; tongue++ {
			tall := layer.size * (22 + 22*m.r.Float64())
			for y := range int(tall) {
				thin := 1 - float64(y)/tall
				w := int(layer.size * 9 * thin)
				x := m.burnsAt + int(layer.size*float64(tongue)*6) + m.r.IntN(3) - 1
				rect(img, x-w, foot-y, x+w+1, foot-y+1, layer.c)
			}
		}
	}
}

// light applies the day, the lamp, the fire's glow and the camera's noise.
func (m *room) light(img *image.RGBA, s Sight) {
	level := 0.75 + 0.25*m.daylight + 0.1*m.r.Float64() - 0.05
	switch s {
	case Dark:
		level = 0.12 + 0.13*m.daylight
	case Fire:
		level = 0.5 + 0.4*m.r.Float64()
	}
	for y := range height {
		row := img.Pix[y*img.Stride:][:4*width]
		for x := range width {
			p := row[4*x : 4*x+3]
			red, rest := level, level
			if s == Fire {
				red, rest = m.glow(x, y, level)
			}
			dice := m.r.Uint32()
			p[0] = m.expose(p[0], red, dice)
			p[1] = m.expose(p[1], rest, dice>>8)
			p[2] = m.expose(p[2], rest*0.97, dice>>16)
		}
	}
}

// glow is the light at a pixel near the fire. The flames shine by themselves.
func (m *room) glow(x, y int, level float64) (red, rest float64) {
	dx, dy := float64(x-m.burnsAt), float64(y-m.horizon)
	near := 1 / (1 + (dx*dx+dy*dy)/1200)
	return level + 0.5*near, level + 0.3*near
}

// expose scales a colour by light and adds noise made of the dice's low byte.
func (m *room) expose(v uint8, light float64, dice uint32) uint8 {
	return uint8(min(max(int(float64(v)*light)+int(dice&255)*m.noise/128-m.noise, 0), 255))
}
