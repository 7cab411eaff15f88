/// Hundreds of faults in clusters under load: processes are killed and frozen, connections go dead. After each fault the cluster must match
/// its objects again, with nothing lost.
///
/// The rounds follow from a seed, so that a failure can be repeated:
///
/// | property | means | default |
/// |---|---|---|
/// | `moka.fault.rounds` | number of faults; each cluster suffers its share of them | 40 |
/// | `moka.fault.seed` | which faults | 1 |
/// | `moka.fault.clusters` | number of clusters, each of which suffers one fault at a time | 2 |
/// | `moka.fault.first` | number of the first cluster, from 0 to 7: several runs can go on at once | 0 |
/// | `moka.fault.seconds` | shortest and longest time that a process is frozen or a connection dead | `2-4`; `20-120` for the long form |
/// | `moka.fault.clock` | whether the machine's clock jumps as well; only where nothing else needs it | `false` |
///
/// The long form: `bin/moka test -pl e2e -am -Dtest=FaultRoundsTest -Dsurefire.failIfNoSpecifiedTests=false -Dmoka.fault.rounds=500
/// -Dmoka.fault.seconds=20-120 -Dmoka.fault.clusters=1`. It takes seven hours, or one hour as seven runs with different seeds and first clusters.
///
/// Read first: `FaultRoundsTest`, then `Fault`.
package io.moka.e2e.faults;
