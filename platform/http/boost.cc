// Asio and Beast, compiled once for the whole program (see boost_beast in cmake/project.cmake).
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
