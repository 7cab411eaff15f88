/// Hundreds of faults in a cluster under load: processes are killed and frozen, connections go dead. After each round the cluster must match
/// its objects again, with nothing lost.
///
/// The rounds follow from a seed, so that a failure can be repeated:
///
/// | property | means | default |
/// |---|---|---|
/// | `moka.fault.rounds` | number of rounds | 40 |
/// | `moka.fault.seed` | which rounds | 1 |
/// | `moka.fault.seconds` | shortest and longest time that a process is frozen or a connection dead | `2-4`; `20-120` for the long form |
/// | `moka.fault.clock` | whether the machine's clock jumps as well; only where nothing else needs it | `false` |
///
/// The long form: `bin/moka test -pl e2e -am -Dtest=FaultRoundsTest -Dsurefire.failIfNoSpecifiedTests=false -Dmoka.fault.rounds=500
/// -Dmoka.fault.seconds=20-120`.
///
/// Read first: `FaultRoundsTest`, then `Fault`.
package io.moka.e2e.faults;
