// Colour scheme and language before the first paint. A file, because the CSP allows no inline script.
(function () {
  var root = document.documentElement;
  try {
    var scheme = localStorage.getItem('mantine-color-scheme-value') || 'auto';
    if (scheme === 'auto')
      scheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
    root.setAttribute('data-mantine-color-scheme', scheme);
    var lang = localStorage.getItem('lang');
    if (lang) root.lang = lang;
  } catch {
    root.setAttribute('data-mantine-color-scheme', 'light');
  }
  if (/^\/login/.test(location.pathname)) root.setAttribute('data-boot', 'login');
})();
