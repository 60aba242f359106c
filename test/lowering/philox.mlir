// RUN: burin-opt %s --burin-expand-math=vector-bits=256 --canonicalize | FileCheck %s --check-prefixes=CHECK,V256
// RUN: burin-opt %s --burin-expand-math=vector-bits=512 --canonicalize | FileCheck %s --check-prefixes=CHECK,V512

// With constant operands the expansion folds to the known answers of Random123 (kat_vectors, philox4x32-10). An element of 128 bits is
// a block: its number is the counter's lower half, the stream the upper one.

// CHECK-LABEL: func @zeros
func.func @zeros() -> (i64, i64) {
  %number = arith.constant 0 : index
  %none = arith.constant 0 : i64
  // 0x6627e8d5, 0xe169c58d and 0xbc57ac4c, 0x9b00dbd8, the first word of each pair below the second.
  // CHECK-DAG: arith.constant -2204013331526194987 : i64
  // CHECK-DAG: arith.constant -7277575273911440308 : i64
  %0 = burin.philox %number, %none, %none {bits = 128 : i64, word = 0 : i64} : index -> i64
  %1 = burin.philox %number, %none, %none {bits = 128 : i64, word = 1 : i64} : index -> i64
  return %0, %1 : i64, i64
}

// CHECK-LABEL: func @ones
func.func @ones() -> (i64, i64) {
  %number = arith.constant -1 : index
  %all = arith.constant -1 : i64
  // 0x408f276d, 0x41c83b0e and 0xa20bc7c6, 0x6d5451fd
  // CHECK-DAG: arith.constant 4740103540206151533 : i64
  // CHECK-DAG: arith.constant 7878011797965096902 : i64
  %0 = burin.philox %number, %all, %all {bits = 128 : i64, word = 0 : i64} : index -> i64
  %1 = burin.philox %number, %all, %all {bits = 128 : i64, word = 1 : i64} : index -> i64
  return %0, %1 : i64, i64
}

// CHECK-LABEL: func @digits_of_pi
func.func @digits_of_pi() -> (i64, i64) {
  %number = arith.constant -8817193942522041720 : index
  %stream = arith.constant 247824715720788526 : i64
  %seed = arith.constant 2999170649027065890 : i64
  // 0xd16cfe09, 0x94fdcceb and 0x5001e420, 0x24126ea1
  // CHECK-DAG: arith.constant -7710781673785459191 : i64
  // CHECK-DAG: arith.constant 2599261574057288736 : i64
  %0 = burin.philox %number, %seed, %stream {bits = 128 : i64, word = 0 : i64} : index -> i64
  %1 = burin.philox %number, %seed, %stream {bits = 128 : i64, word = 1 : i64} : index -> i64
  return %0, %1 : i64, i64
}

// CHECK-LABEL: func @neighbours_share_blocks
func.func @neighbours_share_blocks(%number: index, %seed: i64, %stream: i64) -> vector<8xi32> {
  // Two blocks in four lanes: one product a round.
  // CHECK-COUNT-10: arith.muli {{.*}} : vector<4xi64>
  // CHECK-NOT: arith.muli
  // CHECK: vector.bitcast %{{.*}} : vector<4xi64> to vector<8xi32>
  %0 = burin.philox %number, %seed, %stream {bits = 32 : i64, word = 0 : i64} : index -> vector<8xi32>
  return %0 : vector<8xi32>
}

// CHECK-LABEL: func @halves_of_many_blocks_are_apart
func.func @halves_of_many_blocks_are_apart(%number: index, %seed: i64, %stream: i64) -> vector<16xi32> {
  // Four blocks, more than a register of 256 bits: a lane each in two vectors, which the words leave in order at the end.
  // V256: arith.constant dense<[0, 2, 1, 3]> : vector<4xi64>
  // V256-COUNT-20: arith.muli {{.*}} : vector<4xi64>
  // V256-NOT: arith.muli
  // V256: vector.shuffle {{.*}} [0, 2, 8, 10, 4, 6, 12, 14]
  // V256: vector.shuffle {{.*}} [0, 2, 8, 10, 4, 6, 12, 14]
  // V256: vector.shuffle {{.*}} [0, 2, 8, 10, 4, 6, 12, 14, 1, 3, 9, 11, 5, 7, 13, 15]
  // V256-NOT: vector.shuffle
  // V512-COUNT-10: arith.muli {{.*}} : vector<8xi64>
  // V512-NOT: arith.muli
  %0 = burin.philox %number, %seed, %stream {bits = 32 : i64, word = 0 : i64} : index -> vector<16xi32>
  return %0 : vector<16xi32>
}

// CHECK-LABEL: func @any_elements_have_a_block_each
func.func @any_elements_have_a_block_each(%numbers: vector<8xindex>, %seed: i64, %stream: i64) -> vector<8xi32> {
  // CHECK-COUNT-20: arith.muli {{.*}} : vector<8xi64>
  // CHECK-NOT: arith.muli
  %0 = burin.philox %numbers, %seed, %stream {bits = 32 : i64, word = 0 : i64} : vector<8xindex> -> vector<8xi32>
  return %0 : vector<8xi32>
}
