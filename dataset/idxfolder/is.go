package idxfolder

// Is reports whether a folder has a file that is called as those of IDX sets are.
func Is(dir string) bool {
	files, err := find(dir)
	return err != nil || len(files) > 0
}
