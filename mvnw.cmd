@echo off
rem Runs Maven on a JDK 25, whatever "java" happens to be: mvnw verify
rem Looks for the JDK in JAVA_HOME and in the usual places, and for Maven (3.8.7 or newer) on the PATH.
setlocal enabledelayedexpansion
set "found="
if defined JAVA_HOME call :probe "%JAVA_HOME%"
if not defined found for /d %%d in ("%ProgramFiles%\Eclipse Adoptium\jdk-25*" "%ProgramFiles%\Java\jdk-25*" "%ProgramFiles%\Microsoft\jdk-25*" "%ProgramFiles%\Zulu\zulu-25*" "%USERPROFILE%\.jdks\*25*") do if not defined found call :probe "%%~d"
if not defined found (
  echo No JDK 25 was found: install one ^(Eclipse Temurin 25, for instance^) or set JAVA_HOME to it. 1>&2
  exit /b 1
)
set "JAVA_HOME=%found%"
where mvn >nul 2>nul
if errorlevel 1 (
  echo Maven was not found: install Apache Maven 3.8.7 or newer and put its bin folder on the PATH. 1>&2
  exit /b 1
)
cd /d "%~dp0"
call mvn %*
exit /b %errorlevel%

:probe
if not exist "%~1\bin\javac.exe" exit /b 0
findstr /r /c:"^JAVA_VERSION=.2[5-9]" "%~1\release" >nul 2>nul && set "found=%~1"
exit /b 0
