package i2c

import (
	"slices"
	"time"

	"edged/sensors"
)

// Models returns the table of all chips. It is the only place that knows which there are.
func Models() []Model {
	return slices.Concat(pressureModels(), airModels(), gasModels(), thermometerModels(), otherModels())
}

func pressureModels() []Model {
	const least = 10 * time.Millisecond
	return []Model{
		{Name: "bme280", Addresses: []uint16{0x76, 0x77}, Every: time.Second, Least: least, start: startBMx, Gives: []Quantity{
			temperature(-40, 85, "BST-BME280-DS002, section 1.4"),
			pressure(30000, 110000, "BST-BME280-DS002, section 1.3"),
			humidity("BST-BME280-DS002, section 1.2"),
		}},
		{Name: "bmp280", Addresses: []uint16{0x76, 0x77}, Every: time.Second, Least: least, start: startBMx, Gives: []Quantity{
			temperature(-40, 85, "BST-BMP280-DS001, table 2"), pressure(30000, 110000, "BST-BMP280-DS001, table 2"),
		}},
		{Name: "bmp180", Addresses: []uint16{0x77}, Every: time.Second, Least: least, start: startBMx, Gives: []Quantity{
			temperature(-40, 85, "BST-BMP180-DS000, table 1"), pressure(30000, 110000, "BST-BMP180-DS000, table 1"),
		}},
	}
}

func airModels() []Model {
	return []Model{
		{Name: "aht20", Addresses: []uint16{0x38}, Every: 2 * time.Second, Least: 250 * time.Millisecond, start: startAHT20,
			Gives: []Quantity{temperature(-40, 85, "AHT20 manual A1, table 2"), humidity("AHT20 manual A1, table 1")}},
		{Name: "hdc302x", Addresses: []uint16{0x44, 0x45, 0x46, 0x47}, Every: time.Second, Least: 200 * time.Millisecond,
			start: startHDC302x, hello: []byte{0xf3, 0x2d}, // read the status
			Gives: []Quantity{temperature(-40, 125, "SNAS778, section 6.3"), humidity("SNAS778, section 6.3")}},
	}
}

func gasModels() []Model {
	return []Model{
		{Name: "scd4x", Addresses: []uint16{0x62}, Every: 5 * time.Second, Least: 5 * time.Second, start: startSCD4x,
			limit: 7 * time.Second, hello: []byte{0xe4, 0xb8}, // is there data?
			Gives: []Quantity{
				carbon(0, 40000, "SCD4x datasheet 1.3, section 1.1"),
				temperature(-10, 60, "SCD4x datasheet 1.3, section 1.3"),
				humidity("SCD4x datasheet 1.3, section 1.2"),
			}},
		{Name: "sgp30", Addresses: []uint16{0x58}, Every: time.Second, Least: time.Second, pulse: time.Second, start: startSGP30,
			hello: []byte{0x20, 0x2f}, // the version
			Gives: []Quantity{carbon(400, 60000, "SGP30 datasheet 1.0, section 1.2"), vapour(60000, "SGP30 datasheet 1.0, section 1.2")}},
		{Name: "ccs811", Addresses: []uint16{0x5a, 0x5b}, Every: time.Second, Least: time.Second, start: startCCS811,
			limit: 2 * time.Second,
			Gives: []Quantity{
				carbon(400, 29206, "CCS811 datasheet v1-06, ALG_RESULT_DATA"), vapour(32768, "CCS811 datasheet v1-06, ALG_RESULT_DATA"),
			}},
	}
}

func thermometerModels() []Model {
	return []Model{
		{Name: "tmp102", Addresses: []uint16{0x48, 0x49, 0x4a, 0x4b}, Every: time.Second, Least: 250 * time.Millisecond,
			start: startTMP102, Gives: []Quantity{temperature(-40, 125, "SBOS397, section 6.3")}},
		{Name: "mcp9808", Addresses: span8(0x18, 8), Every: time.Second, Least: 250 * time.Millisecond,
			start: startMCP9808, Gives: []Quantity{temperature(-40, 125, "DS25095, section 1")}},
	}
}

func otherModels() []Model {
	axis := func(name string) Quantity {
		return Quantity{"acceleration_" + name, sensors.G, -16, 16, "ADXL345 datasheet, revision E, table 1"}
	}
	ads := Model{Addresses: []uint16{0x48, 0x49, 0x4a, 0x4b}, Every: time.Second, Least: 200 * time.Millisecond,
		Keys: []string{"channels", "gain"}, limit: 3 * time.Second, start: startADS1x15, adapt: voltages,
		Gives: []Quantity{{"voltage", sensors.Volt, -6.144, 6.144, "SBAS444, table 8"}}}
	ads1015, ads1115 := ads, ads
	ads1015.Name, ads1115.Name = "ads1015", "ads1115"
	return []Model{
		{Name: "bh1750", Addresses: []uint16{0x23, 0x5c}, Every: time.Second, Least: 200 * time.Millisecond, start: startBH1750,
			Gives: []Quantity{{"illuminance", sensors.Lux, 0, 54612.5, "BH1750FVI 11046EDT01, page 11"}}},
		{Name: "adxl345", Addresses: []uint16{0x53, 0x1d}, Every: 100 * time.Millisecond, Least: 10 * time.Millisecond,
			start: startADXL345, Gives: []Quantity{axis("x"), axis("y"), axis("z")}},
		{Name: "ina219", Addresses: span8(0x40, 16), Every: time.Second, Least: 150 * time.Millisecond, start: startINA219,
			Keys: []string{"shunt", "max_current"}, Gives: []Quantity{
				{"voltage", sensors.Volt, 0, 26, "SBOS448, section 7.3"},
				{"current", sensors.Ampere, -3.2, 3.2, "SBOS448, section 8.5, by max_current"},
				{"power", sensors.Watt, 0, 26 * 3.2, "SBOS448, section 8.5, by max_current"},
			}, adapt: currents},
		ads1015, ads1115,
	}
}

// span8 is n addresses from first on.
func span8(first uint16, n int) []uint16 {
	var all []uint16
	for i := range n {
		all = append(all, first+uint16(i))
	}
	return all
}

func temperature(least, most float64, source string) Quantity {
	return Quantity{"temperature", sensors.Celsius, least, most, source}
}

func pressure(least, most float64, source string) Quantity {
	return Quantity{"pressure", sensors.Pascal, least, most, source}
}

func humidity(source string) Quantity { return Quantity{"humidity", sensors.Percent, 0, 100, source} }

func carbon(least, most float64, source string) Quantity {
	return Quantity{"co2", sensors.PPM, least, most, source}
}

func vapour(most float64, source string) Quantity {
	return Quantity{"tvoc", sensors.PPB, 0, most, source}
}
