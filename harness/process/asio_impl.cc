// The one translation unit that compiles Boost.Asio's function bodies (BOOST_ASIO_SEPARATE_COMPILATION).
#include <boost/asio/impl/src.hpp>
