package chips

import "fmt"

// New returns a chip of that name, just powered on, in a room of some sort: each model's constructor says which.
func New(name string) (Chip, error) {
	switch name {
	case "bme280":
		return NewBME280(), nil
	case "bmp280":
		return NewBMP280(), nil
	case "bmp180":
		return NewBMP180(), nil
	case "aht20":
		return NewAHT20(), nil
	case "hdc302x":
		return NewHDC302x(), nil
	case "scd4x":
		return NewSCD4x(), nil
	case "sgp30":
		return NewSGP30(), nil
	case "ccs811":
		return NewCCS811(), nil
	case "tmp102":
		return NewTMP102(), nil
	case "mcp9808":
		return NewMCP9808(), nil
	case "bh1750":
		return NewBH1750(), nil
	case "adxl345":
		return NewADXL345(), nil
	case "ina219":
		return NewINA219(0.1), nil
	case "ads1015":
		return NewADS1015(), nil
	case "ads1115":
		return NewADS1115(), nil
	}
	return nil, fmt.Errorf("no model of a chip is called %q", name)
}
