module wasmatrix/worker-wazero

go 1.21

require github.com/tetratelabs/wazero v1.6.0
