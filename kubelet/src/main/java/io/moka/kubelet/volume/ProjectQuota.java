package io.moka.kubelet.volume;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32;

/// Limits what the files below a folder use, by a project quota of the folder's file system: XFS, or ext4 with the features `quota` and `project`, mounted
/// with the option `prjquota`. `df` in the folder shows the limit. Other file systems have no limit.
///
/// A quota stops programs that write more than they should, not hostile ones: the kernel lets the owner of a file take it out of its project.
final class ProjectQuota {

    /// The project of files that belong to none.
    static final int NONE = 0;
    private static final int HIGHEST = Integer.MAX_VALUE;

    private ProjectQuota() {
    }

    private interface Action<T> {
        T on(int directory) throws IOException;
    }

    private static <T> T open(Path folder, Action<T> action) throws IOException {
        int directory = Linux.open(Linux.CURRENT_DIRECTORY, folder.toString(), Linux.O_DIRECTORY, Linux.RESOLVE_NO_SYMLINKS);
        try {
            return action.on(directory);
        } finally {
            Linux.close(directory);
        }
    }

    /// Returns a project for files of the folder's file system that no other folder has; [#NONE] where the file system limits no projects.
    ///
    /// @param owner from which the number follows, so that different owners seldom come to the same one
    static int unused(Path folder, String owner) throws IOException {
        return open(folder, directory -> {
            if (!ProjectCalls.limitsProjects(directory)) {
                return NONE;
            }
            var sum = new CRC32();
            sum.update(owner.getBytes(StandardCharsets.UTF_8));
            int project = Math.max(1, (int) sum.getValue() & HIGHEST);
            while (!ProjectCalls.projectUse(directory, project).equals(new ProjectCalls.ProjectUse(0, 0))) {
                project = project == HIGHEST ? 1 : project + 1;
            }
            return project;
        });
    }

    static ProjectCalls.ProjectUse use(Path folder, int project) throws IOException {
        return open(folder, directory -> ProjectCalls.projectUse(directory, project));
    }

    /// Makes an empty folder the project, with this limit.
    static void begin(Path folder, int project, long bytes) throws IOException {
        open(folder, directory -> {
            ProjectCalls.limitProject(directory, project, bytes);
            ProjectCalls.setProject(directory, project);
            return project;
        });
    }

    /// Changes the limit.
    ///
    /// @param folder any folder of the same file system
    /// @param bytes 0 to end the project, whose files are gone
    static void limit(Path folder, int project, long bytes) throws IOException {
        open(folder, directory -> {
            ProjectCalls.limitProject(directory, project, bytes);
            return project;
        });
    }
}
