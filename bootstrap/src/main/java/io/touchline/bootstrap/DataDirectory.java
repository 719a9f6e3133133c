package io.touchline.bootstrap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** Makes ./data before anything is put there, so that what people write is its owner's alone to read. */
final class DataDirectory implements BeanFactoryPostProcessor {
    static final Path PATH = Path.of("data");

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        if (Files.isDirectory(PATH)) {
            return;
        }
        try {
            if (PATH.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createDirectory(
                        PATH, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } else {
                Files.createDirectory(PATH);
            }
        } catch (IOException e) {
            throw new ConfigurationProblem(
                    "The directory ./data cannot be made: start the node where it may write.", e);
        }
    }
}
