package dev.operatoranalytics.database;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/**
 * Explains in one line why a file cannot be used, because the message of many exceptions is only
 * the file name.
 */
public record FileError(IOException cause) {

  @Override
  public String toString() {
    return switch (cause) {
      case NoSuchFileException e -> "No such file or directory: " + e.getFile();
      case AccessDeniedException e -> "Permission denied: " + e.getFile();
      case NotDirectoryException e -> e.getFile() + " is a file; expected a directory";
      case FileAlreadyExistsException e -> e.getFile() + " already exists and is not a directory";
      case FileSystemException e when e.getReason() == null ->
          "Cannot use " + e.getFile() + " (" + e.getClass().getSimpleName() + ")";
      default -> String.valueOf(cause.getMessage()).replace('\n', ' ');
    };
  }
}
