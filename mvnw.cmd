@echo off
rem Runs Maven on a JDK 25, whatever "java" happens to be: mvnw verify
rem Looks for the JDK as .mvn\jdk.cmd says. Looks for Maven in the cache of Maven wrappers and on the PATH (3.8.7 or newer),
rem else downloads the official distribution once and checks its SHA-512.
setlocal disabledelayedexpansion
set "maven_version=3.9.11"
set "maven_sha512=bcfe4fe305c962ace56ac7b5fc7a08b87d5abd8b7e89027ab251069faebee516b0ded8961445d6d91ec1985dfe30f8153268843c89aa392733d1a3ec956c9978"
set "dists=%USERPROFILE%\.m2\wrapper\dists"
if defined MAVEN_USER_HOME set "dists=%MAVEN_USER_HOME%\wrapper\dists"
set "maven_home=%dists%\apache-maven-%maven_version%"
call "%~dp0.mvn\jdk.cmd"
if errorlevel 1 exit /b 1

set "mvn="
if exist "%maven_home%\bin\mvn.cmd" set "mvn=%maven_home%\bin\mvn.cmd"
if not defined mvn for /d %%d in ("%dists%\apache-maven-3.9*") do for /d %%h in ("%%~d\*") do for /d %%m in ("%%~h\*") do if exist "%%~m\bin\mvn.cmd" set "mvn=%%~m\bin\mvn.cmd"
if not defined mvn for /f "delims=" %%m in ('where mvn.cmd 2^>nul') do if not defined mvn call :take_if_new_enough "%%~m"
if not defined mvn call :download
if not defined mvn exit /b 1

rem Maven 3 itself uses what JDK 25 warns about; an older JDK does not know the option.
set "MAVEN_OPTS=--sun-misc-unsafe-memory-access=allow %MAVEN_OPTS%"
cd /d "%~dp0"
rem Without "call", which would double carets in the arguments: nothing after this line runs.
"%mvn%" %*

:take_if_new_enough
for /f "tokens=3" %%v in ('call "%~1" -v 2^>nul ^| findstr /b /c:"Apache Maven "') do for /f "tokens=1-3 delims=.-" %%a in ("%%v") do set /a number=%%a*10000+%%b*100+%%c
if defined number if %number% geq 30807 set "mvn=%~1"
exit /b 0

:download
set "archive=%TEMP%\apache-maven-%maven_version%-%RANDOM%.tar.gz"
echo Downloading Apache Maven %maven_version% (once) ... 1>&2
"%SystemRoot%\System32\curl.exe" -fsSL -o "%archive%" "https://archive.apache.org/dist/maven/maven-3/%maven_version%/binaries/apache-maven-%maven_version%-bin.tar.gz"
if errorlevel 1 (
  echo Maven could not be downloaded: install Maven 3.8.7 or newer and run mvnw again. 1>&2
  exit /b 1
)
set "sum="
for /f "skip=1 delims=" %%s in ('certutil -hashfile "%archive%" SHA512') do if not defined sum set "sum=%%s"
set "sum=%sum: =%"
if /i not "%sum%"=="%maven_sha512%" (
  echo The downloaded Maven has the wrong SHA-512 ^(%sum%^): nothing was installed. 1>&2
  del "%archive%"
  exit /b 1
)
mkdir "%maven_home%"
"%SystemRoot%\System32\tar.exe" -xzf "%archive%" -C "%maven_home%" --strip-components=1
if not errorlevel 1 set "mvn=%maven_home%\bin\mvn.cmd"
del "%archive%"
exit /b 0
