package sim

import (
	"math"

	"edged/sensors"
)

// film turns light into bytes.
type film struct {
	tone     [4096]float32                       // by the root of light: 0 to 255
	vignette [drawnWidth * drawnHeight]float32   // how much of the light gets through the lens
	rows     [fineHeight * drawnWidth][3]float32 // scratch: the canvas, each row halved
}

// toneRoot is the tone's last entry's root of light.
const toneRoot = 3

func (f *film) load(d dice) {
	for i := range f.tone {
		root := float64(i) * toneRoot / float64(len(f.tone)-1)
		light := math.Pow(1-math.Exp(-1.7*root*root), 1/2.2)
		light += 0.28 * light * (1 - light) * (2*light - 1) // contrast
		f.tone[i] = float32(255 * light)
	}
	strength := d.from(500, 0.15, 0.45)
	for y := range drawnHeight {
		for x := range drawnWidth {
			dx, dy := float32(x-drawnWidth/2)/(drawnWidth/2), float32(y-drawnHeight/2)/(drawnWidth/2)
			f.vignette[y*drawnWidth+x] = 1 - strength*(dx*dx+dy*dy)/1.6
		}
	}
}

// exposure is the automatic gain: it follows the picture's light, but not all the way, so that nights stay dark.
func (c *Camera) exposure() float32 {
	const wanted, least, most = 0.2, 0.55, 3.2
	sum, n := float32(0), 0
	for i := 0; i < len(c.canvas.rgb); i += 7 {
		sum += min(c.canvas.rgb[i][1], 1.5)
		n++
	}
	gain := math.Pow(wanted/(float64(sum)/float64(n)+1e-4), 0.6)
	return float32(min(max(gain, least), most))
}

// develop fills f: the canvas halved by a soft filter, exposed, with the sensor's noise.
func (c *Camera) develop(f *sensors.Frame) {
	const size = 3 * drawnWidth * drawnHeight
	if cap(f.Pix) < size {
		f.Pix = make([]byte, size)
	}
	f.Pix = f.Pix[:size]
	f.Format, f.FullRange, f.Width, f.Height, f.Lost = sensors.RGB24, false, drawnWidth, drawnHeight, 0
	c.narrow()
	gain := c.exposure()
	grain := c.look.dice.from(510, 0.8, 2) * (0.6 + 0.9*gain)
	seed := scramble(c.story.Seed ^ uint64(c.scene.At)*0x9e3779b97f4a7c15)
	for y := range drawnHeight {
		c.developRow(f.Pix[3*y*drawnWidth:], y, exposed{gain, grain, seed})
	}
}

// narrow halves the canvas' rows: a pixel takes 1 3 3 1 of four.
func (c *Camera) narrow() {
	for y := range fineHeight {
		from, to := c.canvas.rgb[y*fineWidth:][:fineWidth], c.film.rows[y*drawnWidth:][:drawnWidth]
		for x := range to {
			a, b, d, e := &from[max(2*x-1, 0)], &from[2*x], &from[2*x+1], &from[min(2*x+2, fineWidth-1)]
			for i := range 3 {
				to[x][i] = 0.125*(a[i]+e[i]) + 0.375*(b[i]+d[i])
			}
		}
	}
}

// exposed is how a picture is taken.
type exposed struct {
	gain, grain float32 // grain in steps of 255, in the dark
	seed        uint64
}

func (c *Camera) developRow(pix []byte, y int, e exposed) {
	rows := &c.film.rows
	first, last := max(2*y-1, 0)*drawnWidth, min(2*y+2, fineHeight-1)*drawnWidth
	for x := range drawnWidth {
		p, q, r, s := &rows[first+x], &rows[2*y*drawnWidth+x], &rows[(2*y+1)*drawnWidth+x], &rows[last+x]
		through := e.gain * c.film.vignette[y*drawnWidth+x]
		noise := scramble(e.seed + uint64(y*drawnWidth+x)*0x9e3779b97f4a7c15)
		for i := range 3 {
			light := (0.125*(p[i]+s[i]) + 0.375*(q[i]+r[i])) * through
			v := c.film.tone[min(int(sqrt32(max(light, 0))*(4095/toneRoot)), 4095)]
			v += e.grain * (1.3 - v/255) * bell(noise>>(21*i))
			pix[3*x+i] = byte(min(max(v+0.5, 0), 255))
		}
	}
}

// bell turns 21 bits of noise into a number of about normal distribution with deviation 1: the sum of three even ones.
func bell(bits uint64) float32 {
	sum := int(bits&127) + int(bits>>7&127) + int(bits>>14&127)
	return float32(sum-190) / 64 // three of deviation 37 each
}
