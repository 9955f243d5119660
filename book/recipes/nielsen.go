package recipes

// Nielsen trains on the first 50,000 images. Chapter 1 and the first networks of chapter 3 are judged by the test images,
// the later ones by the 10,000 images that are left, which he calls validation data.
const (
	byTest       = "data: mnist\nlimit: 50000\nact: sigmoid\nopt: sgd\nbatch: 10\n"
	byValidation = "data: mnist\nsplit: nielsen\nact: sigmoid\noutput: sigmoid\nloss: cross-entropy\nopt: sgd\nbatch: 10\nl2: 5\nl2-style: nielsen\n"
)

var nielsen = []Recipe{
	{
		Name: "nielsen-ch1", What: "network.py: 784-30-10, quadratic cost, η = 3, 30 epochs",
		Settings: byTest + "layers: 784,30,10\nloss: quadratic\noutput: sigmoid\ninit: large\nlr: 3\nepochs: 30\n",
		Claims:   []Claim{{BestAccuracy, "95.42 %, the best of three runs", "Nielsen ch. 1", .94, .96}},
	},
	{
		Name: "nielsen-ch3-ce", What: "784-30-10, cross-entropy, large weights, η = 0.5, 30 epochs",
		Settings: byTest + "layers: 784,30,10\nloss: cross-entropy\noutput: sigmoid\ninit: large\nlr: 0.5\nepochs: 30\n",
		Claims:   []Claim{{BestAccuracy, "95.49 %", "Nielsen ch. 3, the cross-entropy cost function", .945, open}},
	},
	{
		Name: "nielsen-ch3-ce-100", What: "the same with 100 hidden units",
		Settings: byTest + "layers: 784,100,10\nloss: cross-entropy\noutput: sigmoid\ninit: large\nlr: 0.5\nepochs: 30\n",
		Claims:   []Claim{{BestAccuracy, "96.82 %", "Nielsen ch. 3, the cross-entropy cost function", .96, open}},
	},
	{
		Name: "nielsen-ch3-l2", What: "network2.py: 784-30-10, η = 0.1, λ = 5, default weights, 30 epochs",
		Settings: byValidation + "layers: 784,30,10\ninit: nielsen\nlr: 0.1\nepochs: 30\n",
		Claims: []Claim{
			{FirstAccuracy, "92.70 %", "Nielsen ch. 3, weight initialization", .92, open},
			{LastAccuracy, "96.50 %", "Nielsen ch. 3, weight initialization", .955, open},
		},
	},
	{
		Name: "nielsen-ch3-l2-large", What: "the same with large weights, which begin far behind",
		Settings: byValidation + "layers: 784,30,10\ninit: large\nlr: 0.1\nepochs: 30\n",
		Claims: []Claim{
			{FirstAccuracy, "86.43 %", "Nielsen ch. 3, weight initialization", 0, .89},
			{LastAccuracy, "96.37 %", "Nielsen ch. 3, weight initialization", .955, open},
		},
	},
	{
		Name: "nielsen-ch3-100-l2", What: "784-100-10, η = 0.5, λ = 5, 30 epochs",
		Settings: byValidation + "layers: 784,100,10\ninit: large\nlr: 0.5\nepochs: 30\n",
		Claims:   []Claim{{BestAccuracy, "97.92 %", "Nielsen ch. 3, regularization", .972, open}},
	},
	{
		Name: "nielsen-ch3-100-l2-60", What: "784-100-10, η = 0.1, λ = 5, 60 epochs",
		Settings: byValidation + "layers: 784,100,10\ninit: large\nlr: 0.1\nepochs: 60\n",
		Claims:   []Claim{{BestAccuracy, "98.04 %", "Nielsen ch. 3, regularization", .976, open}},
	},
}
