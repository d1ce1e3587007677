// This only says where the module begins. What a line is built with stands in lines/<line>/go.mod, which is given to go by -modfile.
module wasmatrix/worker-wazero

go 1.21
