package recipes

// The books' own script for the last two tables of chapter 6 prints the loss of one batch at step 1,900; here it is the mean
// from step 1,877, where the fifth epoch begins, to 2,000, which depends less on the batch.
const saitoCh6 = `
data: mnist
layers: 784,100,100,100,100,10
batch: 128
replacement: true
iters: 2000
monitor: none
`

var saito = []Recipe{
	{
		Name: "saito-ch4", What: "784-50-10 of sigmoids, N(0, 0.01²), 10,000 steps",
		Settings: `
data: mnist
layers: 784,50,10
act: sigmoid
init: normal:0.01
opt: sgd
lr: 0.1
batch: 100
replacement: true
iters: 10000
`,
		Claims: []Claim{{Figure: LastAccuracy, Published: ".9465", Source: "Saito ch. 4, train_neuralnet", Low: .940, High: .955}},
	},
	{
		Name: "saito-ch4-relu", What: "the same with ReLU",
		Settings: `
data: mnist
layers: 784,50,10
act: relu
init: normal:0.01
opt: sgd
lr: 0.1
batch: 100
replacement: true
iters: 10000
`,
		Claims: []Claim{{Figure: LastAccuracy, Published: ".9690", Source: "Saito ch. 5, train_neuralnet", Low: .965, High: open}},
	},
	{
		Name: "saito-ch6-init-std", What: "four layers of 100 ReLU, weights from N(0, 0.01²): the signal fades and nothing is learnt",
		Settings: saitoCh6 + "init: normal:0.01\nopt: sgd\nlr: 0.01\n",
		Claims:   []Claim{{Figure: LastLoss, Published: "2.305", Source: "Saito ch. 6, weight_init_compare", Low: 2.2, High: open}},
	},
	{
		Name: "saito-ch6-init-xavier", What: "the same with deviation 1/√n, which the book calls Xavier",
		Settings: saitoCh6 + "init: lecun\nopt: sgd\nlr: 0.01\n",
		Claims:   []Claim{{Figure: LastLoss, Published: ".377", Source: "Saito ch. 6, weight_init_compare", Low: 0, High: .6}},
	},
	{
		Name: "saito-ch6-init-he", What: "the same with He's √(2/n), made for ReLU",
		Settings: saitoCh6 + "init: he\nopt: sgd\nlr: 0.01\n",
		Claims:   []Claim{{Figure: LastLoss, Published: ".286", Source: "Saito ch. 6, weight_init_compare", Low: 0, High: .6}},
	},
	{
		Name: "saito-ch6-opt-sgd", What: "four layers of 100 ReLU: plain descent, the slowest of four",
		Settings: saitoCh6 + "init: he\nopt: sgd\nlr: 0.01\n",
		Claims:   []Claim{{Figure: LastLoss, Published: ".150", Source: "Saito ch. 6, optimizer_compare_mnist", Low: .15, High: .6}},
	},
	{
		Name: "saito-ch6-opt-momentum", What: "the same with momentum 0.9",
		Settings: saitoCh6 + "init: he\nopt: momentum\nlr: 0.01\n",
		Claims:   []Claim{{Figure: LastLoss, Published: ".050", Source: "Saito ch. 6, optimizer_compare_mnist", Low: 0, High: .15}},
	},
	{
		Name: "saito-ch6-opt-adagrad", What: "the same with AdaGrad",
		Settings: saitoCh6 + "init: he\nopt: adagrad\nlr: 0.01\n",
		Claims:   []Claim{{Figure: LastLoss, Published: ".016", Source: "Saito ch. 6, optimizer_compare_mnist", Low: 0, High: .15}},
	},
	{
		Name: "saito-ch6-opt-adam", What: "the same with Adam at 0.001",
		Settings: saitoCh6 + "init: he\nopt: adam\nlr: 0.001\n",
		Claims:   []Claim{{Figure: LastLoss, Published: ".032", Source: "Saito ch. 6, optimizer_compare_mnist", Low: 0, High: .15}},
	},
}
