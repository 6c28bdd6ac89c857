package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// readLine reads a line from the terminal.
func readLine(prompt string) (string, error) {
	terminal, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return "", errors.New("there is no terminal to type it at")
	}
	defer terminal.Close()
	fmt.Fprint(terminal, prompt)
	line, err := bufio.NewReader(terminal).ReadString('\n')
	if line = strings.TrimSpace(line); err != nil || line == "" {
		return "", errors.New("nothing was typed")
	}
	return line, nil
}

// readSecret reads a line from the terminal that does not show it.
func readSecret(w *env, prompt string) (string, error) {
	terminal, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return "", errors.New("there is no terminal to type it at")
	}
	defer terminal.Close()
	echo := func(mode string) error {
		stty := exec.CommandContext(w, "stty", mode)
		stty.Stdin = terminal
		return stty.Run()
	}
	if err := echo("-echo"); err != nil {
		return "", errors.New("the terminal can't be kept from showing it")
	}
	defer func() { _ = echo("echo") }()
	fmt.Fprint(terminal, prompt)
	line, err := bufio.NewReader(terminal).ReadString('\n')
	fmt.Fprintln(terminal)
	if line = strings.TrimSpace(line); err != nil || line == "" {
		return "", errors.New("nothing was typed")
	}
	return line, nil
}
