package sim

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// airShakes is what shakes the box: blows that die away, and machines that turn.
type airShakes struct {
	blows    []airBlow // by time
	machines []airMachine
	gravity  [3]float64
}

// airBlow is a damped swing of the floor. Most of it is up and down.
type airBlow struct {
	at    time.Duration
	peak  float64 // g
	hertz float64
	decay float64 // s
}

// airMachine is something that turns from start to end.
type airMachine struct {
	start, end time.Duration
	sway       float64 // g, amplitude
	hertz      float64
	hits       float64 // g, of what hits twice in a second; 0 if nothing does
}

const (
	airSample = 10 * time.Millisecond // of the ADXL345, 100 Hz
	airRings  = 800 * time.Millisecond
	airSpinUp = 3.0 // s that a drum takes to its speed, and from it
)

// airAxisNoise is the ADXL345's, in g: 0.75 and 1.1 counts of 3.9 mg (revision E, table 1).
var airAxisNoise = [3]float64{0.0029, 0.0029, 0.0043}

// airFloor is the part of a blow that goes along each axis.
var airFloor = [3]float64{0.25, 0.18, 0.95}

// newAirShakes collects what shakes the box.
func newAirShakes(s *Story, box Point) airShakes {
	r := chance(s.Seed, "air shakes")
	k := &airShakes{gravity: [3]float64{between(r, -0.02, 0.02), between(r, -0.02, 0.02), between(r, 0.985, 1.015)}}
	for i := range s.Acts {
		k.take(r, s.Home, &s.Acts[i], box)
	}
	if r.IntN(4) == 0 { // something falls in the flat above
		k.blow(time.Duration(r.Float64()*float64(s.Length)), between(r, 0.03, 0.12), 14, 0.1)
	}
	slices.SortFunc(k.blows, func(a, b airBlow) int { return cmp.Compare(a.at, b.at) })
	return *k
}

func (k *airShakes) blow(at time.Duration, peak, hertz, decay float64) {
	k.blows = append(k.blows, airBlow{at, peak, hertz, decay})
}

// airReach is the part of a blow that reaches the box: floors of wood carry far.
func airReach(from, box Point) float64 { return 1.5 / (1 + from.to(box)/2) }

func (k *airShakes) take(r *rand.Rand, h *Home, a *Act, box Point) {
	switch a.Kind {
	case ActPerson:
		k.person(r, a, box)
	case ActPet:
		k.pet(r, a, box)
	case ActDoor:
		near := airReach(h.Spots[AtDoor], box)
		k.blow(a.Start, between(r, 0.004, 0.01)*near, 30, 0.05)
		k.blow(a.End, between(r, 0.025, 0.07)*near, 22, 0.09)
	case ActKnock:
		near := airReach(h.Spots[AtDoor], box)
		for at := a.Start; at < a.End; at += 1400 * time.Millisecond {
			for i := range time.Duration(3) {
				k.blow(at+i*230*time.Millisecond, between(r, 0.004, 0.009)*near, 35, 0.03)
			}
		}
	case ActGlass:
		k.glass(r, a, airReach(h.Spots[a.Where], box))
	case ActWasher:
		k.machines = append(k.machines, airMachine{a.Start, a.End, between(r, 0.014, 0.028), between(r, 13, 17), 0})
	case ActUnbalanced:
		k.machines = append(k.machines, airMachine{a.Start, a.End, between(r, 0.07, 0.2), between(r, 8.5, 11.5), between(r, 0.1, 0.3)})
	case ActStreet:
		k.machines = append(k.machines, airMachine{a.Start, a.End, between(r, 0.002, 0.006), between(r, 18, 24), 0})
	}
}

// glass hits the floor, and its shards come to rest.
func (k *airShakes) glass(r *rand.Rand, a *Act, near float64) {
	peak := between(r, 0.14, 0.26) * near
	k.blow(a.Start, peak, 38, 0.06)
	for at := a.Start + 70*time.Millisecond; at < a.End-400*time.Millisecond; at += time.Duration(between(r, 40, 200)) * time.Millisecond {
		peak *= 0.75
		k.blow(at, peak*0.5, 40, 0.03)
	}
}

// person walks, sits down, lies down, falls.
func (k *airShakes) person(r *rand.Rand, a *Act, box Point) {
	heavy := between(r, 0.005, 0.014) // g, of a step one metre away
	const pace = 520 * time.Millisecond
	a.walks(walkSpeed, func(out time.Duration, from, to Stay) {
		for at := out; at < to.From; at += pace {
			p := from.Point.towards(to.Point, float64(at-out)/float64(to.From-out))
			k.blow(at, heavy*airReach(p, box)*between(r, 0.8, 1.2), 20, 0.07)
		}
	})
	for i, s := range a.Stays {
		near := airReach(s.Point, box)
		switch {
		case s.Pose == Fallen: // the knees, then the rest
			k.blow(s.From, between(r, 0.2, 0.4)*near, 16, 0.08)
			k.blow(s.From+120*time.Millisecond, between(r, 0.55, 1.1)*near, 12, 0.12)
		case i == 0:
		case s.Pose == Lying:
			k.blow(s.From, between(r, 0.01, 0.025)*near, 15, 0.1)
		case s.Pose == Sitting:
			k.blow(s.From, between(r, 0.008, 0.025)*near, 12, 0.1)
		}
	}
}

// pet jumps: cats hardly, dogs now and then.
func (k *airShakes) pet(r *rand.Rand, a *Act, box Point) {
	jump := 0.015
	if a.Variant%2 == 1 {
		jump = 0.06
	}
	for _, s := range a.Stays {
		if r.IntN(2) == 0 {
			peak := jump * between(r, 0.5, 1.3) * airReach(s.Point, box)
			k.blow(s.From, peak, 22, 0.06)
			k.blow(s.From+110*time.Millisecond, peak*0.7, 22, 0.06)
		}
	}
}

// walks calls do for each way that a being walks, with the time it sets out.
func (a *Act) walks(speed float64, do func(out time.Duration, from, to Stay)) {
	for i := 1; i < len(a.Stays); i++ {
		from, to := a.Stays[i-1], a.Stays[i]
		way := time.Duration(from.Point.to(to.Point) / speed * float64(time.Second))
		if out := max(to.From-way, from.From); way > 0 && out < to.From {
			do(out, from, to)
		}
	}
}

// Acceleration is what the ADXL345 measures at a time along x, y and up, in g, with its noise.
func (a *Air) Acceleration(at time.Duration) [3]float64 {
	axes := a.shakes.sway(at)
	turn := int64((at + time.Hour) / airSample)
	for i := range axes {
		axes[i] += a.shakes.gravity[i] + airAxisNoise[i]*airGauss(a.key, airTilt+uint64(i), turn)
	}
	return axes
}

// sway is the acceleration by all that shakes.
func (k *airShakes) sway(at time.Duration) [3]float64 {
	var axes [3]float64
	add := func(g float64, along *[3]float64) {
		for i := range axes {
			axes[i] += g * along[i]
		}
	}
	first, _ := slices.BinarySearchFunc(k.blows, at-airRings, func(b airBlow, t time.Duration) int { return cmp.Compare(b.at, t) })
	for i := first; i < len(k.blows) && k.blows[i].at <= at; i++ {
		add(k.blows[i].swing((at - k.blows[i].at).Seconds()), &airFloor)
	}
	for i := range k.machines {
		if m := &k.machines[i]; m.start <= at && at < m.end {
			g, other := m.turn((at - m.start).Seconds(), (m.end - at).Seconds())
			add(g, &[3]float64{0.7, 0.1, 0.4})
			add(other, &[3]float64{-0.1, 0.6, 0.2})
		}
	}
	return axes
}

// swing is a blow after some seconds.
func (b *airBlow) swing(since float64) float64 {
	return b.peak * math.Exp(-since/b.decay) * math.Sin(2*math.Pi*b.hertz*since)
}

// turn is a drum's acceleration in two directions, some seconds since its start and some before its end.
func (m *airMachine) turn(since, left float64) (g, other float64) {
	up := min(since/airSpinUp, left/airSpinUp, 1)
	sin, cos := math.Sincos(2 * math.Pi * m.hertz * since)
	slow := 1 + 0.15*math.Sin(2*math.Pi*0.23*since)
	g, other = up*m.sway*slow*sin, up*m.sway*slow*cos
	if m.hits > 0 {
		hit := math.Mod(since, 0.48)
		g += up * m.hits * math.Exp(-hit/0.06) * math.Cos(2*math.Pi*18*hit)
	}
	return g, other
}

// shake sums the samples of each second up: that of a step is the second before it.
func (a *Air) shake() {
	n := len(a.series[airVibration])
	const each, second = int(airStep / airSample), int(time.Second / airStep)
	power, peak := make([]float64, n), make([]float64, n)
	for i := range n {
		for j := range each {
			axes := a.Acceleration(airAt(i-1) + time.Duration(j+1)*airSample)
			var square float64
			for k, g := range axes {
				g -= a.shakes.gravity[k]
				square += g * g
			}
			power[i] += square / float64(each*second)
			peak[i] = max(peak[i], square)
		}
		from := max(i-second+1, 0)
		var sum float64
		for _, p := range power[from : i+1] {
			sum += p
		}
		a.series[airVibration][i] = math.Sqrt(sum)
		a.series[airShock][i] = math.Sqrt(slices.Max(peak[from : i+1]))
	}
}
