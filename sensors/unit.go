package sensors

// Unit is the unit of a Value as people and Home Assistant write it. A replayed series may have units beyond these.
type Unit string

// The units of our own sources. Of one name there is one unit: a temperature in °C, a pressure in Pa.
const (
	Celsius Unit = "°C"
	Pascal  Unit = "Pa"
	Percent Unit = "%"   // of relative humidity
	PPM     Unit = "ppm" // parts per million
	PPB     Unit = "ppb" // parts per billion, 10⁻⁹
	Lux     Unit = "lx"
	G       Unit = "g" // standard gravity, 9.80665 m/s²
	Volt    Unit = "V"
	Ampere  Unit = "A"
	Watt    Unit = "W"
	DBFS    Unit = "dBFS" // against a full-scale sine, AES17
)
