import sys


class __FileSystem:
    def mount(self, readonly, mkfs):
        pass

    def umount(self):
        pass

    def chdir(self, path):
        pass

    def getcwd(self):
        return ""

    def stat(self, path):
        return __rom.stat(path)

    def open(self, path, mode):
        file = __rom.open(path, mode)
        if path == "__injected_test.mpy":
            module = sys.modules["__injected_test"]
            module.__name__ = "__main__"
            sys.modules["__main__"] = module
            print("START TEST")
        return file


vfs.umount("/m")
vfs.mount(__FileSystem(), "/__vfstest")
os.chdir("/__vfstest")
import __injected_test
