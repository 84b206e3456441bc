package sim

import "math"

// airRoom is the air in two parts, each well mixed: that around the box, and the rest. Its physics is that of balances
// of heat, vapour, CO₂ and organic vapours, with exchange between the parts, with the outside and with the walls.
type airRoom struct {
	*airClimate
	near, far airState
	walls     float64     // °C
	rest      [2]airState // what near and far gain if nothing is done about it
}

const (
	airNear    = 3.0       // m³ around the box
	airHeat    = 1206.0    // J/(m³·K) of air
	airStore   = 1.6       // times as much with what is light in a room: curtains, paper
	airWalls   = 2.5e6     // J/K of the walls' surface
	airTouch   = 5.5       // W/(m²·K) from air to walls
	airSurface = 80.0      // m² of walls, floor and ceiling
	airSinks   = 1.0 / 300 // of the organic vapours and the smoke settle in a second
)

// airFlows are volumes of air in m³/s.
type airFlows struct{ leak, window, door, mix float64 }

// flows gives the exchange of air in a scene. A window on one side lets through what differences of temperature and wind
// drive (Warren & Parkins 1985: 0.025 A·U; EN 15242: a third of the stack flow of the opening).
func (r *airRoom) flows(now *Scene) airFlows {
	const height = 1.15 // m, of the window
	stack := r.window * 0.2 * math.Sqrt(9.81*height*math.Abs(r.far.heat-r.outside.heat)/290)
	return airFlows{
		leak:   0.5 / 3600 * r.volume,
		window: now.Window * (stack + 0.025*r.window*r.wind),
		door:   0.12 * now.Door,
		mix:    0.13 + 0.45*now.Fire + 0.1*now.Window + 0.02*float64(len(now.People)),
	}
}

// change returns what a part of the room of volume v gains in a second: given by sources, brought by flows of air (all
// of which the far part gets; a quarter of the draught reaches the box).
func (r *airRoom) change(of airState, v float64, given airState, brought func(airState) airState) airState {
	in := brought(of)
	return airState{
		heat:  (given.heat/airHeat + in.heat + airTouch*r.surface(v)/airHeat*(r.walls-of.heat)) / (v * airStore),
		water: (given.water + in.water) / v,
		co2:   (1000*given.co2 + in.co2) / v,
		tvoc:  (given.tvoc+in.tvoc)/v - airSinks*of.tvoc,
	}
}

// surface is the walls' part, in m², that a volume touches.
func (r *airRoom) surface(v float64) float64 { return airSurface * v / r.volume }

// towards is what a flow brings air of a state.
func (s airState) towards(o airState, flow float64) airState {
	return airState{flow * (o.heat - s.heat), flow * (o.water - s.water), flow * (o.co2 - s.co2), flow * (o.tvoc - s.tvoc)}
}

// rates returns what both parts gain in a second.
func (r *airRoom) rates(now *Scene, near, far airState) (dNear, dFar airState) {
	f := r.flows(now)
	const draught = 0.12 // of the air that comes in by window or door reaches the box unmixed
	dNear = r.change(r.near, airNear, near, func(s airState) airState {
		in := s.towards(r.far, f.mix)
		in.add(s.towards(r.outside, draught*f.window))
		in.add(s.towards(r.hall, draught*f.door))
		return in
	})
	dFar = r.change(r.far, r.volume-airNear, far, func(s airState) airState {
		in := s.towards(r.near, f.mix)
		in.add(s.towards(r.outside, f.leak+(1-draught)*f.window))
		in.add(s.towards(r.hall, (1-draught)*f.door))
		return in
	})
	return dNear, dFar
}

// settle makes what the room is at its beginning what it would stay at: radiators and neighbours balance the rest.
func (r *airRoom) settle() {
	r.near, r.far, r.walls = r.inside, r.inside, r.inside.heat
	quiet := Scene{}
	r.rest[0], r.rest[1] = r.rates(&quiet, airState{}, airState{})
	r.rest[1].heat -= r.heating
}

// step lets a step's time pass.
func (r *airRoom) step(now *Scene, near, far airState) {
	dt := airStep.Seconds()
	dNear, dFar := r.rates(now, near, far)
	dNear.add(r.rest[0].scaled(-1))
	dFar.add(r.rest[1].scaled(-1))
	r.walls += dt * airTouch * airSurface * (r.far.heat - r.walls) / airWalls
	r.near.add(dNear.scaled(dt))
	r.far.add(dFar.scaled(dt))
	// Vapour beyond saturation condenses on the coldest wall; no model of where is needed.
	r.near.water = min(r.near.water, airSaturated(r.near.heat))
	r.far.water = min(r.far.water, airSaturated(r.far.heat))
}

// Time constants, s. Of the BME280's humidity 1 (BST-BME280-DS002 table 2), of the SCD4x's CO₂ 60 (version 1.3, table 1).
// The SGP30's sheet has none; 2 is from its successor's raw signal with the box. The box delays vapours less than heat.
const (
	airLagVapour = 1.0
	airLagCO2    = 60.0
	airLagTVOC   = 2.0
)

// airGlow is how much warmer, in K, each W/m² of radiation makes the box: 0.9 absorbed by 0.3 of a surface that loses
// 10 W/(m²·K).
const airGlow = 0.9 * 0.3 / 10

// breathe integrates the room's air and puts what the chips' elements have of it into their series.
func (a *Air) breathe(c *airClimate, near, far []airState, scenes []Scene) {
	r := &airRoom{airClimate: c}
	r.settle()
	dt := airStep.Seconds()
	felt := r.near
	boxed := r.near.water
	for i := range scenes {
		now := &scenes[i]
		r.step(now, near[i], far[i])
		felt.heat += dt / c.housing * (r.near.heat + airGlow*a.irradiance(c, now) - felt.heat)
		boxed += dt / (c.housing / 2) * (r.near.water - boxed)
		felt.water += dt / airLagVapour * (boxed - felt.water)
		felt.co2 += dt / airLagCO2 * (r.near.co2 - felt.co2)
		felt.tvoc += dt / airLagTVOC * (r.near.tvoc - felt.tvoc)
		a.series[airTemperature][i] = felt.heat
		a.series[airHumidity][i] = 100 * felt.water / airSaturated(felt.heat)
		a.series[airCO2][i] = felt.co2
		a.series[airTVOC][i] = felt.tvoc
	}
}
