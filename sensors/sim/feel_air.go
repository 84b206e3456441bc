package sim

import (
	"math"
	"math/rand/v2"
	"time"

	"edged/sensors"
)

// Air is what the chips of a story's room feel. They are in a box on the table: about two metres from everything. It is
// worked out once, so that any time may be asked, in any order.
type Air struct {
	story  *Story
	box    Point
	key    uint64               // of the noise
	series [airFields][]float64 // what the chips' elements have, every airStep from -airBefore on, without noise
	shakes airShakes
	chips  [airChips]airChip
}

// airStep is the time between two values of a series. The first is from airBefore the story's beginning, when the room
// is settled, the last from airAfter its end.
const (
	airStep   = 100 * time.Millisecond
	airBefore = 70 * time.Second
	airAfter  = 5 * time.Second
)

// airField is a column of Rows.
type airField uint8

const (
	airTemperature airField = iota
	airHumidity
	airPressure
	airCO2
	airTVOC
	airLight
	airVibration
	airShock
	airFields
)

// AirFields is how many there are.
const AirFields = int(airFields)

// airNames and airUnits are of the fields, and then of the axes.
var (
	airNames = [...]string{"temperature", "humidity", "pressure", "co2", "tvoc", "illuminance", "vibration", "shock",
		"acceleration_x", "acceleration_y", "acceleration_z"}
	airUnits = [...]sensors.Unit{sensors.Celsius, sensors.Percent, sensors.Pascal, sensors.PPM, sensors.PPB, sensors.Lux,
		sensors.G, sensors.G, sensors.G, sensors.G, sensors.G}
)

// AirFieldNames returns the names of the columns of Rows.
func AirFieldNames() []string { return append([]string(nil), airNames[:airFields]...) }

// NewAir works out what the chips feel in s.
func NewAir(s *Story) *Air {
	a := &Air{story: s, box: s.Home.Spots[AtTable], key: chance(s.Seed, "air noise").Uint64()}
	climate := s.climate()
	r := chance(s.Seed, "air chips")
	a.shakes = newAirShakes(s, a.box)
	a.wire(r)
	n := int((airBefore+s.Length+airAfter)/airStep) + 1
	for f := range a.series {
		a.series[f] = make([]float64, n)
	}
	near, far, scenes := a.emit(climate, n)
	a.breathe(climate, near, far, scenes)
	a.see(climate, scenes)
	a.weigh(climate, scenes)
	a.shake()
	a.calibrate(r)
	return a
}

// airAt is the story's time of step i.
func airAt(i int) time.Duration { return time.Duration(i)*airStep - airBefore }

// index is the step that a time is in, the first or the last beyond them.
func (a *Air) index(at time.Duration) int {
	last := int64(len(a.series[0]) - 1)
	return int(min(max(int64((at+airBefore)/airStep), 0), last))
}

// Feel appends what the chips measure at a time to into: the fields of Rows, and the acceleration along three axes in g.
// Vibration and shock are of the second that ends then: the root of the mean square and the largest acceleration,
// without that of gravity.
func (a *Air) Feel(at time.Duration, into []sensors.Value) []sensors.Value {
	for f := range airFields {
		into = append(into, a.value(f, at))
	}
	return a.axes(at, into)
}

// axes appends the acceleration.
func (a *Air) axes(at time.Duration, into []sensors.Value) []sensors.Value {
	for i, g := range a.Acceleration(at) {
		k := AirFields + i
		into = append(into, sensors.Value{Name: airNames[k], Unit: airUnits[k], Value: g})
	}
	return into
}

func (a *Air) value(f airField, at time.Duration) sensors.Value {
	return sensors.Value{Name: airNames[f], Unit: airUnits[f], Value: a.field(f, at)}
}

// field is what a chip measures, with its noise, which is another one for each of its measurements.
func (a *Air) field(f airField, at time.Duration) float64 {
	v := a.series[f][a.index(at)]
	n := &airNoises[f]
	turn := int64((at + time.Hour) / n.every)
	v += (n.always + n.part*v) * airGauss(a.key, uint64(f), turn)
	return min(max(v, n.least), n.most)
}

// airNoise is a field's noise: the standard deviation of every measurement, and of the part of the value that is noise.
type airNoise struct {
	always, part float64
	every        time.Duration
	least, most  float64 // that the chip can say
}

// airNoises are from the data sheets: BST-BME280-DS002 tables 2 to 4 (0.02 %RH, 1.3 Pa, 0.005 °C), SCD4x 1.3 table 1
// (repeatability 10 ppm), SGP30 1.0 section 1.2. Vibration and shock have that of the axes in them.
var airNoises = [airFields]airNoise{
	airTemperature: {0.005, 0, time.Second, -40, 85},
	airHumidity:    {0.02, 0, time.Second, 0, 100},
	airPressure:    {1.3, 0, time.Second, 30000, 110000},
	airCO2:         {5, 0, 5 * time.Second, 0, 40000},
	airTVOC:        {1, 0.013, time.Second, 0, 60000},
	airLight:       {0.3, 0.004, time.Second, 0, 54612},
	airVibration:   {0, 0, time.Second, 0, 32},
	airShock:       {0, 0, time.Second, 0, 32},
}

// airGauss returns noise of about a normal distribution with deviation 1, a function of its arguments alone: the sum of
// four uniform numbers.
func airGauss(key, which uint64, turn int64) float64 {
	z := airMix(key ^ which*0x9e3779b97f4a7c15 ^ uint64(turn)*0xd1342543de82ef95)
	sum := float64(z&0xffff) + float64(z>>16&0xffff) + float64(z>>32&0xffff) + float64(z>>48)
	return (sum/65535 - 2) * math.Sqrt(3)
}

// airMix scrambles a number: the finalizer of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
func airMix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// airWave is a smooth random function of time, about -1 to 1, that takes another value perSecond times.
func airWave(key, which uint64, perSecond, seconds float64) float64 {
	x := seconds*perSecond + 1e6
	i := int64(x)
	part := x - float64(i)
	part = part * part * (3 - 2*part)
	a, b := airGauss(key, which, i), airGauss(key, which, i+1)
	return (a + (b-a)*part) / 2
}

// calibrate gives each chip the error that its data sheet allows: BST-BME280-DS002 tables 2 and 4, and the warmth of the
// board; SCD4x 1.3 table 1; SGP30 1.0 section 1.2; BH1750 11046EDT01 page 2, where a lux is 0.96 to 1.44 counts.
func (a *Air) calibrate(r *rand.Rand) {
	a.skew(airTemperature, 1, between(r, 0.2, 1.2))
	a.skew(airHumidity, 1, between(r, -2.5, 2.5))
	a.skew(airCO2, between(r, 0.97, 1.03), between(r, -30, 30))
	a.skew(airTVOC, between(r, 0.85, 1.15), 0)
	a.skew(airLight, between(r, 0.85, 1.15), 0)
}

func (a *Air) skew(f airField, gain, offset float64) {
	for i, v := range a.series[f] {
		a.series[f][i] = v*gain + offset
	}
}
