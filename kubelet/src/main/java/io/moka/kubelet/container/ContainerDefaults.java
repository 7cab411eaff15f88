package io.moka.kubelet.container;

/// The settings of every container whose pod does not set others.
///
/// @param seccomp whether a container without a seccomp profile gets the engine's own (`RuntimeDefault`) rather than none
/// @param pidsLimit the largest number of processes and threads of one container; 0 for no limit
/// @param logBytes the size of a log file at which the next is begun
/// @param logFiles how many log files of a container are kept
public record ContainerDefaults(boolean seccomp, long pidsLimit, long logBytes, int logFiles) {

    public static final ContainerDefaults STANDARD = new ContainerDefaults(true, 4_096, 10 << 20, 5);
}
