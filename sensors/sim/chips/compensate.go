package chips

import (
	"encoding/binary"
	"math"
	"sort"
)

// calibration holds the trimming words of a BME280. BST-BME280-DS002, section 4.2.2, table 16.
type calibration struct {
	t1     uint16
	t2, t3 int16
	p1     uint16
	p      [8]int16 // P2 to P9
	h1, h3 uint8
	h2     int16
	h4, h5 int16 // 12 bits
	h6     int8
}

// bosch is the set of the worked example of BST-BMP280-DS001, section 3.12; its humidity words are a typical part's.
var bosch = calibration{
	t1: 27504, t2: 26435, t3: -1000,
	p1: 36477, p: [8]int16{-10685, 3024, 2855, 140, -7, 15500, -14600, 6000},
	h1: 75, h2: 355, h3: 0, h4: 343, h5: 0, h6: 30,
}

// store writes the words where the chip keeps them.
func (k *calibration) store(regs *[256]byte) {
	le := binary.LittleEndian
	le.PutUint16(regs[regCalib00:], k.t1)
	le.PutUint16(regs[regCalib00+2:], uint16(k.t2))
	le.PutUint16(regs[regCalib00+4:], uint16(k.t3))
	le.PutUint16(regs[regCalib00+6:], k.p1)
	for i, p := range k.p {
		le.PutUint16(regs[regCalib00+8+2*i:], uint16(p))
	}
	regs[regCalibH1] = k.h1
	h := regs[regCalib26:]
	le.PutUint16(h, uint16(k.h2))
	h[2] = k.h3
	h[3], h[4], h[5] = byte(k.h4>>4), byte(k.h4&15)|byte(k.h5<<4), byte(k.h5>>4)
	h[6] = byte(k.h6)
}

// fine is t_fine, the temperature at the formulas' own resolution: 5120 to the degree. Section 4.2.3.
func (k *calibration) fine(raw uint32) float64 {
	x := float64(raw)/16384 - float64(k.t1)/1024
	y := float64(raw)/131072 - float64(k.t1)/8192
	return x*float64(k.t2) + y*y*float64(k.t3)
}

// pascal is the pressure that raw stands for. BST-BMP280-DS001, section 8.1, in floating point.
func (k *calibration) pascal(raw uint32, fine float64) float64 {
	p := func(i int) float64 { return float64(k.p[i-2]) }
	a := fine/2 - 64000
	b := a*a*p(6)/32768 + a*p(5)*2
	b = b/4 + p(4)*65536
	c := (p(3)*a*a/524288 + p(2)*a) / 524288
	c = (1 + c/32768) * float64(k.p1)
	v := (1048576 - float64(raw) - b/4096) * 6250 / c
	return v + (p(9)*v*v/2147483648+v*p(8)/32768+p(7))/16
}

// percent is the relative humidity that raw stands for. BST-BME280-DS002, section 8.1, in floating point; the ends are
// not cut off at 0 and 100 %, so that it can be inverted.
func (k *calibration) percent(raw uint32, fine float64) float64 {
	a := fine - 76800
	v := float64(raw) - (float64(k.h4)*64 + float64(k.h5)/16384*a)
	v *= float64(k.h2) / 65536 * (1 + float64(k.h6)/67108864*a*(1+float64(k.h3)/67108864*a))
	return v * (1 - float64(k.h1)*v/524288)
}

// invert finds the raw values that stand for the given air, each the nearest there is.
func (k *calibration) invert(celsius, pascal, percentRH float64) (temperature, pressure, humidity uint32) {
	temperature = nearest(1<<20, celsius, func(raw uint32) float64 { return k.fine(raw) / 5120 })
	fine := k.fine(temperature)
	pressure = nearest(1<<20, -pascal, func(raw uint32) float64 { return -k.pascal(raw, fine) })
	humidity = nearest(1<<16, percentRH, func(raw uint32) float64 { return k.percent(raw, fine) })
	return temperature, pressure, humidity
}

// nearest returns the raw in [0, n) whose value is nearest to want; value rises with raw.
func nearest(n int, want float64, value func(raw uint32) float64) uint32 {
	i := sort.Search(n, func(i int) bool { return value(uint32(i)) >= want })
	if i == n {
		return uint32(n - 1)
	}
	if i > 0 && math.Abs(value(uint32(i-1))-want) < math.Abs(value(uint32(i))-want) {
		i--
	}
	return uint32(i)
}
