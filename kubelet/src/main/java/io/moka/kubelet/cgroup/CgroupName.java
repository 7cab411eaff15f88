package io.moka.kubelet.cgroup;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// The place of a cgroup in the tree, from the root down, in the two notations that engines take.
public record CgroupName(List<String> names) {

    /// Returns the name as a path, for Docker's driver `cgroupfs`.
    public String path() {
        return "/" + String.join("/", names);
    }

    /// Returns the name as a slice, for Docker's driver `systemd`. A dash separates the levels, so a dash within a name becomes an underscore.
    public String slice() {
        return names.stream().map(name -> name.replace('-', '_')).collect(Collectors.joining("-")) + ".slice";
    }

    /// Tells whether the kernel's directory of that name is this group's, whichever driver has made it.
    boolean isDirectory(String name) {
        return name.equals(names.getLast()) || name.equals(slice());
    }

    CgroupName child(String name) {
        var longer = new ArrayList<>(names);
        longer.add(name);
        return new CgroupName(List.copyOf(longer));
    }
}
