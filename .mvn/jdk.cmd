@echo off
rem Sets JAVA_HOME to a JDK 25, whatever "java" happens to be; called by mvnw.cmd and saga.cmd.
rem Looks in JAVA_HOME, on the PATH and in the usual places. Exit code 1: there is none.
set "found="
if defined JAVA_HOME call :probe "%JAVA_HOME%"
if not defined found for /f "delims=" %%j in ('where javac.exe 2^>nul') do for %%h in ("%%~dpj..") do if not defined found call :probe "%%~fh"
if not defined found for /d %%d in ("%ProgramFiles%\Eclipse Adoptium\jdk-*" "%ProgramFiles%\Java\jdk-*" "%ProgramFiles%\Microsoft\jdk-*" "%ProgramFiles%\Zulu\zulu-*" "%ProgramFiles%\Amazon Corretto\jdk*" "%ProgramFiles%\BellSoft\LibericaJDK-*" "%USERPROFILE%\.jdks\*") do if not defined found call :probe "%%~d"
if not defined found (
  echo No JDK 25 was found: install one ^(Eclipse Temurin 25, for instance^) or set JAVA_HOME to it. 1>&2
  exit /b 1
)
set "JAVA_HOME=%found%"
exit /b 0

:probe
if not exist "%~1\bin\javac.exe" exit /b 0
findstr /r /c:"^JAVA_VERSION=.2[5-9]" /c:"^JAVA_VERSION=.[3-9][0-9]" "%~1\release" >nul 2>nul
if not errorlevel 1 set "found=%~1"
exit /b 0
