# helper: first from named.py
# helper: second from user.py
# about: two artifacts share names, import each other and keep their own objects
import second
import first

first.counter = 10
print(second.read(), first.counter, second.counter, second.named_counter())
