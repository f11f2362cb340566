@echo off
rem The one tool of this repository: saga --help
rem Builds first if nothing is built or if a source is newer than the last build; SAGA_BUILD=never starts the last build as
rem it is, for instance beside a running system whose jars must stay. Help does not wait for a build either.
setlocal disabledelayedexpansion
set "here=%~dp0"
set "here=%here:~0,-1%"
set "jar=%here%\saga-lab\target\saga-lab.jar"
set "help="
if "%~1"=="" set "help=true"
call :look_for_help %*
if not defined help if "%~1"=="test" goto test

call "%here%\.mvn\jdk.cmd"
if errorlevel 1 exit /b 1
if not exist "%jar%" (
  echo Building: there is no build yet; the first takes a minute or two. 1>&2
  goto build
)
if defined help goto start
if "%SAGA_BUILD%"=="never" goto start
"%JAVA_HOME%\bin\java.exe" -XX:TieredStopAtLevel=1 -cp "%jar%" dev.saga.lab.cli.BuildCheck "%here%" 1>&2
if not errorlevel 1 goto start
:build
call "%here%\mvnw.cmd" -q package -DskipTests -Dspotless.check.skip 1>&2
if errorlevel 1 exit /b 1
echo Built. 1>&2
:start
"%JAVA_HOME%\bin\java.exe" "@%here%\saga-lab\jvm.options" "-Dsaga.home=%here%" -jar "%jar%" %*
exit /b %errorlevel%

rem saga test [--fast] [ARGUMENTS OF MAVEN...]: needs no build of ours. What follows "test" is cut out of the line as it is,
rem because cmd splits single arguments at an equals sign too.
:test
set "goal=verify"
set rest=%*
set rest=%rest:*test=%
if "%~2"=="--fast" set "goal=test"
if "%~2"=="--fast" set rest=%rest:*--fast=%
"%here%\mvnw.cmd" %goal% %rest%

:look_for_help
if "%~1"=="" exit /b 0
if "%~1"=="-h" set "help=true"
if "%~1"=="--help" set "help=true"
if "%~1"=="-V" set "help=true"
if "%~1"=="--version" set "help=true"
shift
goto look_for_help
