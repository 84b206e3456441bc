package boards

// The compatible strings and the names of thermal zones are those of arch/arm64/boot/dts in Linux 6.12 and of the kernels
// that the vendors ship; cores, clocks and sizes those of the vendors' data sheets.

// The ways of testing, in words. QEMU's user mode runs edged itself, not the board's kernel.
const (
	testedA53   = "QEMU: its path neon, on a Cortex-A72; its files as fixtures; never on the board"
	testedA72   = "QEMU: its path neon, on its core; its files as fixtures; never on the board"
	testedA76   = "QEMU: its path sdot, on a Cortex-A76; its files as fixtures; never on the board"
	testedOther = "QEMU: its path sdot, on a Cortex-A76; its files as fixtures; never on the board or its core"
	testedNEON  = "QEMU: its path neon, on a Cortex-A72; its files as fixtures; never on the board or its core"
)

// libcamera is how a Raspberry Pi's own cameras are read: their drivers give raw Bayer pictures.
var libcamera = []Camera{{Stack: "libcamera", Use: "rpicam"}, {Stack: "V4L2, USB cameras", Use: "any"}}

// video is a camera like any other.
var video = []Camera{{Stack: "V4L2", Use: "any"}}

// argus is NVIDIA's way to cameras of a Jetson's own connectors.
var argus = []Camera{
	{Stack: "Argus", Use: "exec:gst-launch-1.0 -q nvarguscamerasrc ! nvvidconv ! jpegenc ! fdsink"},
	{Stack: "V4L2, USB cameras", Use: "any"},
}

// edgeTPU is Google's, on PCIe (driver apex or gasket) or on USB, where it is 1a6e:089a before its first use.
var edgeTPU = Accelerator{
	Name: "Edge TPU", Nodes: []string{"dev/apex_*"}, USB: []string{"1a6e:089a", "18d1:9302"}, Use: "delegate: edgetpu",
}

// hailo is that of the Raspberry Pi's AI kit, whose networks are no .tflite files.
var hailo = Accelerator{Name: "Hailo-8", Nodes: []string{"dev/hailo*"}, Use: "nothing: it runs files of its own kind"}

// tegraGPU is a Jetson's; TensorFlow Lite's GPU delegate wants OpenCL or OpenGL ES, and NVIDIA's TensorRT no .tflite.
var tegraGPU = Accelerator{Name: "GPU", Nodes: []string{"dev/nvhost-gpu", "dev/nvgpu*"}, Use: "delegate: gpu, where OpenGL ES is installed"}

var raspberries = []Profile{
	{
		ID: "raspberry-pi-zero-2-w", Name: "Raspberry Pi Zero 2 W", Compatible: []string{"raspberrypi,model-zero-2-w", "raspberrypi,model-zero-2"},
		SoC: "BCM2710A1", Cores: []Cores{{4, "Cortex-A53", "neon", 1000}}, Memory: []int{512},
		Cameras: libcamera, Zones: []string{"cpu-thermal"}, Support: Support{Emulated, testedA53},
	},
	{
		ID: "raspberry-pi-3", Name: "Raspberry Pi 3",
		Compatible: []string{
			"raspberrypi,3-model-b", "raspberrypi,3-model-b-plus", "raspberrypi,3-model-a-plus", "raspberrypi,3-compute-module",
			"raspberrypi,3-compute-module-plus", "brcm,bcm2837", "brcm,bcm2710",
		},
		SoC: "BCM2837", Cores: []Cores{{4, "Cortex-A53", "neon", 1400}}, Memory: []int{512, 1024},
		Accelerators: []Accelerator{edgeTPU}, Cameras: libcamera, Zones: []string{"cpu-thermal"}, Support: Support{Emulated, testedA53},
	},
	{
		ID: "raspberry-pi-4", Name: "Raspberry Pi 4",
		Compatible: []string{"raspberrypi,4-model-b", "raspberrypi,400", "raspberrypi,4-compute-module", "raspberrypi,4-compute-module-s", "brcm,bcm2711"},
		SoC:        "BCM2711", Cores: []Cores{{4, "Cortex-A72", "neon", 1800}}, Memory: []int{1024, 2048, 4096, 8192},
		Accelerators: []Accelerator{edgeTPU}, Cameras: libcamera, Zones: []string{"cpu-thermal"}, Support: Support{Emulated, testedA72},
	},
	{
		ID: "raspberry-pi-5", Name: "Raspberry Pi 5",
		Compatible: []string{"raspberrypi,5-model-b", "raspberrypi,500", "raspberrypi,5-compute-module", "brcm,bcm2712"},
		SoC:        "BCM2712", Cores: []Cores{{4, "Cortex-A76", "sdot", 2400}}, Memory: []int{1024, 2048, 4096, 8192, 16384},
		Accelerators: []Accelerator{hailo, edgeTPU}, Cameras: libcamera, Zones: []string{"cpu-thermal"}, Support: Support{Emulated, testedA76},
	},
}

// The zones of a Jetson are named otherwise by NVIDIA's older kernels (CPU-therm) than by newer ones (cpu-thermal).
// PMIC-Die is none of them: it says 100 °C whatever the heat.
var jetsons = []Profile{
	{
		ID: "jetson-nano", Name: "Jetson Nano",
		Compatible: []string{"nvidia,p3450-0000", "nvidia,p3450-0002", "nvidia,jetson-nano", "nvidia,p3541-0000", "nvidia,tegra210"},
		SoC:        "Tegra X1", Cores: []Cores{{4, "Cortex-A57", "neon", 1479}}, Memory: []int{2048, 4096},
		Accelerators: []Accelerator{tegraGPU, edgeTPU}, Cameras: argus, Zones: []string{"CPU-therm", "cpu-thermal"}, Support: Support{Described, testedNEON},
	},
	{
		ID: "jetson-xavier-nx", Name: "Jetson Xavier NX",
		Compatible: []string{"nvidia,p3509-0000+p3668-0000", "nvidia,p3509-0000+p3668-0001", "nvidia,p3668-0000", "nvidia,p3668-0001", "nvidia,p3449-0000+p3668-0000"},
		SoC:        "Xavier (T194)", Cores: []Cores{{6, "Carmel", "neon", 1900}}, Memory: []int{8192, 16384},
		Accelerators: []Accelerator{tegraGPU, edgeTPU}, Cameras: argus, Zones: []string{"CPU-therm", "cpu-thermal"}, Support: Support{Described, testedNEON},
	},
	{
		ID: "jetson-orin-nano", Name: "Jetson Orin Nano",
		Compatible: []string{
			"nvidia,p3768-0000+p3767-0005", "nvidia,p3768-0000+p3767-0005-super", "nvidia,p3767-0003", "nvidia,p3767-0004", "nvidia,p3767-0005",
		},
		SoC: "Orin (T234)", Cores: []Cores{{6, "Cortex-A78AE", "sdot", 1728}}, Memory: []int{4096, 8192},
		Accelerators: []Accelerator{tegraGPU, edgeTPU}, Cameras: argus, Zones: []string{"cpu-thermal", "tj-thermal", "CPU-therm"}, Support: Support{Described, testedOther},
	},
	{
		ID: "jetson-orin-nx", Name: "Jetson Orin NX",
		Compatible: []string{
			"nvidia,p3768-0000+p3767-0000", "nvidia,p3768-0000+p3767-0000-super", "nvidia,p3767-0000", "nvidia,p3767-0001",
		},
		SoC: "Orin (T234)", Cores: []Cores{{8, "Cortex-A78AE", "sdot", 2000}}, Memory: []int{8192, 16384},
		Accelerators: []Accelerator{tegraGPU, edgeTPU}, Cameras: argus, Zones: []string{"cpu-thermal", "tj-thermal", "CPU-therm"}, Support: Support{Described, testedOther},
	},
}

var corals = []Profile{
	{
		ID: "coral-dev-board", Name: "Coral Dev Board", Compatible: []string{"google,imx8mq-phanbell", "fsl,imx8mq-phanbell"},
		Models: []string{"Google i.MX8MQ Phanbell", "Freescale i.MX8MQ Phanbell"},
		SoC:    "i.MX 8M Quad", Cores: []Cores{{4, "Cortex-A53", "neon", 1500}}, Memory: []int{1024, 4096},
		Accelerators: []Accelerator{edgeTPU}, Cameras: video, Zones: []string{"cpu-thermal"}, Support: Support{Emulated, testedA53},
	},
	{
		ID: "coral-dev-board-mini", Name: "Coral Dev Board Mini", Compatible: []string{"mediatek,mt8167-coral"},
		Models: []string{"Google Coral MT8167", "MediaTek MT8167 Coral", "MT8167 Coral"},
		SoC:    "MT8167S", Cores: []Cores{{4, "Cortex-A35", "neon", 1300}}, Memory: []int{2048},
		Accelerators: []Accelerator{edgeTPU}, Cameras: video, Zones: []string{"cpu-thermal", "cpu_thermal"}, Support: Support{Described, testedNEON},
	},
}
