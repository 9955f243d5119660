package tabular

import "fmt"

var irisColumns = []string{"sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"}

var wineColumns = []string{
	"alcohol", "malic_acid", "ash", "alcalinity_of_ash", "magnesium", "total_phenols", "flavanoids", "nonflavanoid_phenols",
	"proanthocyanins", "color_intensity", "hue", "od280/od315_of_diluted_wines", "proline",
}

// breastCancerColumns are ten measures: their mean over the nuclei, the standard error of it, and the mean of the three largest.
func breastCancerColumns() []string {
	measures := []string{
		"radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity", "concave points", "symmetry",
		"fractal dimension",
	}
	var columns []string
	for _, form := range []string{"mean %s", "%s error", "worst %s"} {
		for _, m := range measures {
			columns = append(columns, fmt.Sprintf(form, m))
		}
	}
	return columns
}

// digitsColumns are pixel_0_0, pixel_0_1, ... pixel_7_7: row, column.
func digitsColumns() []string {
	var columns []string
	for row := range 8 {
		for column := range 8 {
			columns = append(columns, fmt.Sprintf("pixel_%d_%d", row, column))
		}
	}
	return columns
}
