'use strict';
if (window.parent !== window) {
  window.parent.postMessage({standIn: 'authenticated'}, '*');
}
