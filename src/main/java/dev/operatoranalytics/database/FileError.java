package dev.operatoranalytics.database;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/**
 * Says in one line why a file cannot be used. The message of many exceptions is only the name of
 * the file.
 */
public record FileError(IOException cause) {

  @Override
  public String toString() {
    return switch (cause) {
      case NoSuchFileException e -> "No such file or directory: " + e.getFile();
      case AccessDeniedException e -> "Permission denied: " + e.getFile();
      case NotDirectoryException e -> e.getFile() + " is a file; expected a directory";
      case FileAlreadyExistsException e -> e.getFile() + " exists already and is no directory";
      case FileSystemException e when e.getReason() == null ->
          "Cannot use " + e.getFile() + " (" + e.getClass().getSimpleName() + ")";
      default -> String.valueOf(cause.getMessage()).replace('\n', ' ');
    };
  }
}
