Set-ExecutionPolicy Bypass -Scope Process -Force
$apps=@('7zip','googlechrome'); foreach($p in $apps){ choco install $p -y --no-progress }
