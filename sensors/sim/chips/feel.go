package chips

import "edged/sensors"

// Feel sets what a chip of New's measures: the values by their names, others as in an ordinary room. Names of what the
// chip does not measure mean nothing.
func Feel(c Chip, values []sensors.Value) {
	of := func(name string, otherwise float64) float64 {
		for _, v := range values {
			if v.Name == name {
				return v.Value
			}
		}
		return otherwise
	}
	celsius, percentRH := of("temperature", 20), of("humidity", 40)
	switch c := c.(type) {
	case *BME280: // a BMP280 too
		c.SetAir(celsius, of("pressure", 101325), percentRH)
	case *BMP180:
		c.Set(celsius, of("pressure", 101325))
	case *AHT20:
		c.Set(celsius, percentRH)
	case *HDC302x:
		c.Set(celsius, percentRH)
	case *SCD4x:
		c.Set(of("co2", 450), celsius, percentRH)
	case *SGP30:
		c.Set(of("co2", 450), of("tvoc", 25))
	case *CCS811:
		c.Set(of("co2", 450), of("tvoc", 25))
	case *TMP102:
		c.Set(celsius)
	case *MCP9808:
		c.Set(celsius)
	case *BH1750:
		c.Set(of("illuminance", 300))
	case *ADXL345:
		c.Set(of("acceleration_x", 0), of("acceleration_y", 0), of("acceleration_z", 1))
	case *INA219:
		c.Set(of("voltage", 12), of("current", 0))
	case *ADS1x15:
		c.Set(0, of("voltage_0", of("voltage", 0)))
		c.Set(1, of("voltage_1", 0))
		c.Set(2, of("voltage_2", 0))
		c.Set(3, of("voltage_3", 0))
	}
}
